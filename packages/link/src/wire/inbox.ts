import type { SessionFrames } from "@potluck/protocol";

/** Frames that may come before somebody listens. */
export const keptFrames = 64;
/** And their bytes; one frame of the largest size fits. */
const keptBytes: number = 17 * 1024 * 1024;

/**
 * Between a link and its one receiver: keeps what comes early, never changes the order, and never calls the receiver
 * from inside `onFrame`.
 */
export class Inbox {
  #receive: ((frame: SessionFrames) => void) | null = null;
  #kept: SessionFrames[] = [];
  #keptBytes = 0;

  /** Delivers or keeps a frame of `bytes` bytes; false when nobody listens and the limit is reached. */
  put(frame: SessionFrames, bytes: number): boolean {
    if (this.#receive !== null && this.#kept.length === 0) {
      this.#receive(frame);
      return true;
    }
    if (this.#kept.length >= keptFrames || this.#keptBytes + bytes > keptBytes) return false;
    this.#kept.push(frame);
    this.#keptBytes += bytes;
    return true;
  }

  onFrame(receive: (frame: SessionFrames) => void): void {
    this.#receive = receive;
    queueMicrotask(() => {
      while (this.#kept.length > 0) {
        const frame = this.#kept.shift();
        if (frame !== undefined) this.#receive?.(frame);
      }
      this.#keptBytes = 0;
    });
  }

  clear(): void {
    this.#kept = [];
    this.#keptBytes = 0;
  }
}
