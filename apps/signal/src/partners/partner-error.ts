/** The partners can't be read or changed. The sentence says why and what to do; nothing was changed. */
export class PartnerError extends Error {
  override readonly name = "PartnerError";
}
