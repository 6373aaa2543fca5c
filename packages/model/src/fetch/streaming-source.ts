import type { ByteSource } from "../read/byte-source.ts";

export interface StreamOptions {
  readonly signal?: AbortSignal | undefined;
  /** Go past every cache on the way: what came before failed its hash. */
  readonly fresh?: boolean;
}

/** A source that hands bytes over as they come, so that progress and checks need not wait for the whole range. */
export interface StreamingSource extends ByteSource {
  /** The bytes `[offset, offset + length)` in order, in chunks of any size. Throws a SourceError like `read`. */
  stream(path: string, offset: number, length: number, options?: StreamOptions): AsyncIterable<Uint8Array>;
}

/** Streams any source: one that only reads hands over its range in one chunk. */
export async function* streamOf(
  source: ByteSource | StreamingSource,
  path: string,
  offset: number,
  length: number,
  options: StreamOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  if ("stream" in source) yield* source.stream(path, offset, length, options);
  else yield await source.read(path, offset, length, options.signal);
}
