export const frameFaults = [
  "truncated",
  "oversized",
  "bad-version",
  "unknown-kind",
  "bad-field",
  "bad-length",
  "bad-control",
] as const;
export type FrameFault = (typeof frameFaults)[number];

/** A received frame that must not be believed. `fault` is counted by whoever receives it; the tab lives on. */
export class FrameError extends Error {
  override readonly name = "FrameError";
  readonly fault: FrameFault;
  constructor(fault: FrameFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
