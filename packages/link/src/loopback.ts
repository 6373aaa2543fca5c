import type { SessionFrames, TabId } from "@potluck/protocol";
import { type CloseReason, type Link, LinkClosed, type LinkStats } from "./link.ts";
import { Inbox } from "./wire/inbox.ts";

/**
 * Two ends of a link inside one tab, for a hop that runs in the asker's own tab. Nothing is encoded and nothing can be
 * lost; as on a real link a frame is copied when it is sent, arrives later and in order, and the receiver is never
 * called from inside `send`. `left` holds the first end.
 */
export function loopbackLinks(left: TabId, right: TabId = left): readonly [Link, Link] {
  const first = new LoopbackLink(right);
  const second = new LoopbackLink(left);
  first.join(second);
  second.join(first);
  return [first, second];
}

class LoopbackLink implements Link {
  readonly remote: TabId;
  readonly closed: Promise<CloseReason>;
  readonly roundTripMs = 0;
  readonly silentMs = 0;
  readonly #stats = { framesSent: 0, framesReceived: 0, bytesSent: 0, bytesReceived: 0, faults: {} };
  readonly #inbox = new Inbox();
  #tellClosed: (reason: CloseReason) => void = () => {};
  #reason: CloseReason | null = null;
  #far: LoopbackLink | null = null;

  constructor(remote: TabId) {
    this.remote = remote;
    this.closed = new Promise((resolve) => (this.#tellClosed = resolve));
  }

  join(far: LoopbackLink): void {
    this.#far = far;
  }

  get stats(): LinkStats {
    return this.#stats;
  }

  send(frame: SessionFrames): Promise<void> {
    const sent =
      this.#reason === null ? this.#pass(copyOf(frame)) : Promise.reject(new LinkClosed(this.remote, this.#reason));
    sent.catch(() => {});
    return sent;
  }

  onFrame(receive: (frame: SessionFrames) => void): void {
    this.#inbox.onFrame(receive);
  }

  close(): void {
    this.#end("closed-here");
    this.#endFar();
  }

  async #pass(frame: SessionFrames): Promise<void> {
    this.#stats.framesSent += 1;
    await Promise.resolve();
    const far = this.#far;
    if (far !== null) far.#take(frame);
  }

  /** Behind the frames that are on their way. */
  #endFar(): void {
    const far = this.#far;
    queueMicrotask(() => far !== null && far.#end("closed-there"));
  }

  #take(frame: SessionFrames): void {
    if (this.#reason !== null) return;
    this.#stats.framesReceived += 1;
    if (this.#inbox.put(frame, frame.kind === "hidden" ? frame.data.byteLength : 0)) return;
    this.#end("misbehaving");
    this.#endFar();
  }

  #end(reason: CloseReason): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    if (reason === "closed-here") this.#inbox.clear();
    this.#tellClosed(reason);
  }
}

/** What encoding and decoding would have done: own memory, and the turn as the header holds it. */
function copyOf(frame: SessionFrames): SessionFrames {
  const turn = frame.turn & 0xffff;
  switch (frame.kind) {
    case "tokens":
      return { ...frame, turn, ids: frame.ids.slice() };
    case "hidden":
      return { ...frame, turn, data: frame.data.slice() };
    case "token":
    case "control":
      return { ...frame, turn };
    default:
      return frame satisfies never;
  }
}
