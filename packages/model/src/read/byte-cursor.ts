import { GraphError } from "../shard/graph-error.ts";
import type { ByteSource } from "./byte-source.ts";

/** First read after a jump; doubled while reading goes straight on, since each read may be a request to a server. */
const firstChunkBytes = 32 * 1024;
const lastChunkBytes = 1024 * 1024;

/** Reads a file of a source front to back in chunks; what is skipped is never fetched. */
export class ByteCursor {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #source: ByteSource;
  readonly #signal: AbortSignal | undefined;
  #position = 0;
  #chunk: Uint8Array = new Uint8Array(0);
  #chunkStart = 0;
  #nextChunkBytes = firstChunkBytes;

  constructor(source: ByteSource, path: string, sizeBytes: number, signal?: AbortSignal) {
    this.#source = source;
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.#signal = signal;
  }

  get position(): number {
    return this.#position;
  }

  skip(length: number): void {
    this.#position += length;
  }

  /** Exactly `length` bytes. Throws `truncated` when the file ends before them. */
  async take(length: number): Promise<Uint8Array> {
    const end = this.#position + length;
    if (end > this.sizeBytes) {
      throw new GraphError(
        "truncated",
        `${this.path} ends at byte ${this.sizeBytes}, in the middle of its graph. Download it again.`,
      );
    }
    await this.#fill(length);
    const from = this.#position - this.#chunkStart;
    this.#position = end;
    return this.#chunk.subarray(from, from + length);
  }

  /** A base-128 number of at most 64 bits, which must be a safe integer here. */
  async varint(): Promise<number> {
    let value = 0;
    for (let scale = 1, count = 0; count < 10; scale *= 128, count++) {
      const [byte] = await this.take(1);
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new GraphError("damaged", `${this.path} is no ONNX file: a number before byte ${this.#position} has no end.`);
  }

  async #fill(length: number): Promise<void> {
    const chunkEnd = this.#chunkStart + this.#chunk.byteLength;
    if (this.#position >= this.#chunkStart && this.#position + length <= chunkEnd) return;
    const goesOn = this.#position >= this.#chunkStart && this.#position <= chunkEnd && chunkEnd > 0;
    this.#nextChunkBytes = goesOn ? Math.min(lastChunkBytes, this.#nextChunkBytes * 2) : firstChunkBytes;
    const want = Math.min(this.sizeBytes - this.#position, Math.max(length, this.#nextChunkBytes));
    const kept = goesOn ? this.#chunk.subarray(this.#position - this.#chunkStart) : new Uint8Array(0);
    const fresh = await this.#source.read(
      this.path,
      this.#position + kept.byteLength,
      want - kept.byteLength,
      this.#signal,
    );
    const chunk = new Uint8Array(want);
    chunk.set(kept);
    chunk.set(fresh, kept.byteLength);
    this.#chunk = chunk;
    this.#chunkStart = this.#position;
  }
}
