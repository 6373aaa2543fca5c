import { maxSliceBytes } from "@potluck/protocol";
import { sliceHeaderBytes, slicePayloadBytes, writeSliceHeader } from "./slice.ts";

/**
 * Cuts one frame after the other into slices. All slices are written into one buffer: a message is valid until the next
 * call, which is enough because transports copy what they are given.
 */
export class Slicer {
  readonly #version: number;
  readonly #scratch = new Uint8Array(maxSliceBytes);
  #sequence = -1;
  #frame: Uint8Array = new Uint8Array(0);
  #offset = 0;

  constructor(version: number) {
    this.#version = version;
  }

  /** Bytes of the frame in progress that no slice carried yet. */
  get remainingBytes(): number {
    return this.#frame.byteLength - this.#offset;
  }

  /** Starts the next frame; the one before must be done. */
  start(frame: Uint8Array): void {
    if (this.remainingBytes > 0) throw new Error("a frame is still being sliced");
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#frame = frame;
    this.#offset = 0;
  }

  /** The next message of the frame in progress, or null when it is done. */
  next(): Uint8Array | null {
    if (this.remainingBytes === 0) return null;
    const payload = this.#frame.subarray(this.#offset, this.#offset + slicePayloadBytes);
    writeSliceHeader(this.#scratch, this.#version, this.#sequence, this.#frame.byteLength, this.#offset);
    this.#scratch.set(payload, sliceHeaderBytes);
    this.#offset += payload.byteLength;
    if (this.remainingBytes === 0) this.#forget();
    return this.#scratch.subarray(0, sliceHeaderBytes + payload.byteLength);
  }

  #forget(): void {
    this.#frame = new Uint8Array(0);
    this.#offset = 0;
  }
}
