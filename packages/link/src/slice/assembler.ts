import { type Goodbye, type HeaderFault, readSlice, type Slice } from "./slice.ts";

/** Memory that a claim of a large frame gets before its bytes arrive: the usual prefill chunk in one piece. */
const unearnedBytes: number = 1024 * 1024;

export type SliceFault = HeaderFault | "slice-replayed" | BreakingFault;
/** Slices that no sender of ours can produce over an ordered, reliable channel: what follows could not be trusted. */
export type BreakingFault = "slice-skipped" | "slice-overlap" | "slice-gap" | "slice-overrun" | "slice-total-changed";

/** What one message came to. */
export type Assembled =
  | { readonly kind: "frame"; readonly bytes: Uint8Array }
  | { readonly kind: "more" }
  | Goodbye
  | { readonly kind: "other-version"; readonly theirs: number }
  | { readonly kind: "fault"; readonly fault: SliceFault; readonly breaking: boolean };

type Progress =
  | { readonly kind: "between" }
  | { readonly kind: "within"; readonly totalBytes: number; buffer: Uint8Array; filledBytes: number };

/**
 * Puts slices from a stranger together again: one frame in progress, each byte once and in order. Holds at most 1 MiB,
 * or twice what has arrived, and never more than one frame.
 */
export class Assembler {
  readonly #version: number;
  #sequence = 0;
  #progress: Progress = { kind: "between" };

  constructor(version: number) {
    this.#version = version;
  }

  /** Takes the next message. A returned frame owns its bytes or is a view into `message`. */
  take(message: Uint8Array): Assembled {
    const slice = readSlice(message, this.#version);
    if (slice.kind === "other-version" || slice.kind === "goodbye") return slice;
    if (slice.kind === "fault") return { kind: "fault", fault: slice.fault, breaking: false };
    const ahead = (slice.sequence - this.#sequence) | 0;
    if (ahead < 0) return { kind: "fault", fault: "slice-replayed", breaking: false };
    if (ahead > 0) return broken("slice-skipped");
    const progress = this.#progress;
    return progress.kind === "between" ? this.#first(slice) : this.#further(slice, progress);
  }

  #first({ offset, totalBytes, payload }: Slice): Assembled {
    if (offset !== 0) return broken("slice-gap");
    if (payload.byteLength > totalBytes) return broken("slice-overrun");
    if (payload.byteLength === totalBytes) return this.#done(payload);
    const buffer = new Uint8Array(Math.min(totalBytes, unearnedBytes));
    buffer.set(payload);
    this.#progress = { kind: "within", totalBytes, buffer, filledBytes: payload.byteLength };
    return { kind: "more" };
  }

  #further({ offset, totalBytes, payload }: Slice, progress: Progress & { kind: "within" }): Assembled {
    if (totalBytes !== progress.totalBytes) return broken("slice-total-changed");
    if (offset < progress.filledBytes) return broken("slice-overlap");
    if (offset > progress.filledBytes) return broken("slice-gap");
    const end = offset + payload.byteLength;
    if (end > totalBytes) return broken("slice-overrun");
    if (end > progress.buffer.byteLength) {
      const larger = new Uint8Array(Math.min(totalBytes, progress.buffer.byteLength * 2));
      larger.set(progress.buffer.subarray(0, progress.filledBytes));
      progress.buffer = larger;
    }
    progress.buffer.set(payload, offset);
    progress.filledBytes = end;
    return end === totalBytes ? this.#done(progress.buffer) : { kind: "more" };
  }

  #done(bytes: Uint8Array): Assembled {
    this.#progress = { kind: "between" };
    this.#sequence = (this.#sequence + 1) >>> 0;
    return { kind: "frame", bytes };
  }
}

function broken(fault: BreakingFault): Assembled {
  return { kind: "fault", fault, breaking: true };
}
