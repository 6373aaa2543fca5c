export const textFaults = [
  "bad-file",
  "no-template",
  "template",
  "bad-message",
  "unreachable",
  "corrupt",
  "insecure-page",
  "deadline",
  "aborted",
  "worker-crashed",
  "unknown-stream",
  "too-many-streams",
  "closed",
  "internal",
] as const;
export type TextFault = (typeof textFaults)[number];

/** Why text can't become tokens or tokens text, with a sentence for people that says what to do. */
export class TextError extends Error {
  override readonly name = "TextError";
  readonly fault: TextFault;
  constructor(fault: TextFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
