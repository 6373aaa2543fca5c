/**
 * Frames of sessions that this tab has not heard of yet. A neighbour hears of a route, and sends, by another way than the
 * coordinator's word takes to this tab; without this a turn that is faster than the word would be lost, and the answer with
 * it. Bounded, because strangers may send anything.
 */
import type { Clock } from "@potluck/link";
import type { SessionFrames, SessionId, TabId } from "@potluck/protocol";
import type { DropCounter } from "./counters.ts";
import { wordDeadlineMs } from "./hop/hop-host.ts";

export interface EarlyFrames {
  /** Keeps the frame for a while, or drops and counts it when there is no room. */
  put(from: TabId, frame: SessionFrames): void;
  /** What came for the session so far, in order; forgotten here. */
  take(session: SessionId): readonly { readonly from: TabId; readonly frame: SessionFrames }[];
}

/** Of all sessions together: a few prompts' first chunks. */
const maxFrames = 64;
const maxBytes = 4 * 1024 * 1024;

export function createEarlyFrames(clock: Clock, drops: DropCounter): EarlyFrames {
  let kept: {
    readonly from: TabId;
    readonly frame: SessionFrames;
    readonly bytes: number;
    readonly untilMs: number;
  }[] = [];
  let bytes = 0;

  const keep = (still: (entry: (typeof kept)[number]) => boolean): typeof kept => {
    const out = kept.filter((entry) => !still(entry));
    kept = kept.filter(still);
    bytes = kept.reduce((sum, entry) => sum + entry.bytes, 0);
    return out;
  };
  const expire = (): void => {
    for (const _ of keep(({ untilMs }) => untilMs > clock.now())) drops.count("unknown-session");
  };

  return {
    put(from, frame) {
      expire();
      const size = frame.kind === "hidden" ? frame.data.byteLength : 1024;
      if (kept.length >= maxFrames || bytes + size > maxBytes) return drops.count("unknown-session");
      // A hidden frame's rows are a view into the link's buffer, which is this frame's own.
      kept.push({ from, frame, bytes: size, untilMs: clock.now() + wordDeadlineMs });
      bytes += size;
      clock.after(wordDeadlineMs, expire);
    },
    take: (session) => keep(({ frame }) => frame.session !== session),
  };
}
