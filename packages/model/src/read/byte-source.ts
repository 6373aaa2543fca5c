/** A folder of an export's files, wherever it is: disk, memory, or a server that answers range requests. */
export interface ByteSource {
  /** For messages: a path or URL. */
  readonly label: string;
  /** Size in bytes, or null when there is no such file. Throws a SourceError when nobody can tell. */
  size(path: string, signal?: AbortSignal): Promise<number | null>;
  /** Exactly `length` bytes from `offset` on. Throws a SourceError naming the file and range when they can't be had. */
  read(path: string, offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}

export const sourceFaults = [
  "not-found",
  "truncated",
  "unreachable",
  "changed",
  "not-ranged",
  "too-large",
  "denied",
] as const;
export type SourceFault = (typeof sourceFaults)[number];

/** Bytes that could not be had, with file and range in the sentence. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly fault: SourceFault;
  constructor(fault: SourceFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
