/** The command can't be run as it was given. The sentence says what to give instead; nothing was read or written. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
