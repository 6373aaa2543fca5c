import {
  type Frame,
  type LinkControl,
  PROTOCOL_VERSION,
  type SessionFrames,
  type TabId,
  versionMismatch,
} from "@potluck/protocol";
import { type Clock, systemClock } from "./clock.ts";
import { type CloseReason, type Link, LinkClosed, type LinkStats, type Transport } from "./link.ts";
import type { GoodbyeWhy } from "./slice/slice.ts";
import { FrameWire } from "./wire/frame-wire.ts";
import { Heartbeat } from "./wire/heartbeat.ts";
import { Inbox } from "./wire/inbox.ts";

export interface CreateLinkOptions {
  readonly self: TabId;
  /** The tab that the coordinator said is on the other side. */
  readonly remote: TabId;
  readonly clock?: Clock;
  /** Gives up the handshake, or closes the link. */
  readonly signal?: AbortSignal;
  /** Longest wait for the far side's hello: a tab that is busy compiling a model's shaders may take seconds. */
  readonly helloDeadlineMs?: number;
  readonly pingMs?: number;
  /** The far side is given up after so many pings during which nothing at all came from it. */
  readonly missedPings?: number;
  /** The version this side speaks; another than our own only in tests of its refusal. */
  readonly version?: number;
}

/**
 * Shakes hands over `transport`, which from now on belongs to the link, also when this fails. Resolves with a link whose
 * far side speaks our version and is the tab `remote`. Rejects with {@link LinkClosed}: `connect-timeout`,
 * `version-mismatch` (its message says who must reload), `wrong-tab`, `misbehaving`, `closed-there`, `transport-error`,
 * or `closed-here` when `signal` was aborted.
 */
export function createLink(transport: Transport, options: CreateLinkOptions): Promise<Link> {
  return new Promise((resolve, reject) => {
    const link = new PeerLink(transport, options, { resolve: () => resolve(link), reject });
    link.begin();
  });
}

/** From here on a frame that needs further round trips is slower than its bytes. */
const longRoundTripMs = 15;

interface Handshake {
  resolve(): void;
  reject(error: LinkClosed): void;
}

type Phase =
  | { readonly kind: "handshake"; readonly handshake: Handshake; readonly cancelDeadline: () => void }
  | { readonly kind: "open"; readonly heartbeat: Heartbeat }
  | {
      readonly kind: "closed";
      readonly error: LinkClosed;
      readonly roundTripMs: number | null;
      readonly silentMs: number;
    };

class PeerLink implements Link {
  readonly remote: TabId;
  readonly closed: Promise<CloseReason>;
  readonly #self: TabId;
  readonly #options: CreateLinkOptions;
  readonly #clock: Clock;
  readonly #version: number;
  readonly #wire: FrameWire;
  readonly #inbox = new Inbox();
  readonly #onAbort = (): void => this.#end("closed-here");
  #tellClosed: (reason: CloseReason) => void = () => {};
  #phase: Phase;

  constructor(transport: Transport, options: CreateLinkOptions, handshake: Handshake) {
    this.remote = options.remote;
    this.closed = new Promise((resolve) => (this.#tellClosed = resolve));
    this.#self = options.self;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#version = options.version ?? PROTOCOL_VERSION;
    const cancelDeadline = this.#clock.after(options.helloDeadlineMs ?? 10_000, () => this.#end("connect-timeout"));
    this.#phase = { kind: "handshake", handshake, cancelDeadline };
    this.#wire = new FrameWire(transport, this.#version, {
      heard: () => this.#phase.kind === "open" && this.#phase.heartbeat.heard(),
      frame: (frame, bytes) => this.#take(frame, bytes),
      otherVersion: (theirs) => this.#otherVersion(theirs),
      broken: (reason) => this.#end(reason),
    });
  }

  get roundTripMs(): number | null {
    return this.#phase.kind === "open"
      ? this.#phase.heartbeat.roundTripMs
      : this.#phase.kind === "closed"
        ? this.#phase.roundTripMs
        : null;
  }

  get silentMs(): number {
    const phase = this.#phase;
    return phase.kind === "open" ? phase.heartbeat.silentMs : phase.kind === "closed" ? phase.silentMs : 0;
  }

  get stats(): LinkStats {
    return this.#wire.stats;
  }

  begin(): void {
    const { signal } = this.#options;
    if (signal?.aborted === true) return this.#end("closed-here");
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#wire.open();
    this.#wire.sendOwn({ type: "link-hello", protocol: this.#version, tab: this.#self, to: this.remote });
  }

  send(frame: SessionFrames): Promise<void> {
    return this.#wire.send(frame);
  }

  onFrame(receive: (frame: SessionFrames) => void): void {
    this.#inbox.onFrame(receive);
  }

  close(): void {
    this.#end("closed-here");
  }

  #take(frame: Frame, bytes: number): void {
    switch (this.#phase.kind) {
      case "closed":
        return;
      case "handshake":
        if (frame.kind === "link" && frame.message.type === "link-hello") return this.#greet(frame.message);
        return this.#wire.fault("before-hello", true);
      case "open":
        if (frame.kind === "link") return this.#own(frame.message, this.#phase.heartbeat);
        // Dropping one frame of an ordered stream would be worse than losing the stream.
        if (!this.#inbox.put(frame, bytes)) this.#wire.fault("nobody-listens", true);
        return;
      default:
        this.#phase satisfies never;
    }
  }

  #greet(hello: LinkControl & { type: "link-hello" }): void {
    if (this.#phase.kind !== "handshake") return;
    if (hello.protocol !== this.#version) return this.#otherVersion(hello.protocol);
    if (hello.tab !== this.remote || hello.to !== this.#self) return this.#end("wrong-tab");
    const { handshake, cancelDeadline } = this.#phase;
    cancelDeadline();
    const heartbeat = new Heartbeat({
      clock: this.#clock,
      pingMs: this.#options.pingMs ?? 500,
      missedPings: this.#options.missedPings ?? 4,
      ping: (n) => this.#wire.sendOwn({ type: "ping", n }),
      dead: () => this.#end("ping-timeout"),
    });
    this.#phase = { kind: "open", heartbeat };
    handshake.resolve();
  }

  #own(message: LinkControl, heartbeat: Heartbeat): void {
    switch (message.type) {
      case "ping":
        return this.#wire.sendOwn({ type: "pong", n: message.n });
      case "pong":
        if (!heartbeat.pong(message.n)) return this.#wire.fault("unknown-pong", false);
        // Each association costs a handshake and keep-alives, so none for a path on which one is as fast.
        if ((heartbeat.leastRoundTripMs ?? 0) > longRoundTripMs) this.#wire.pathIsLong();
        return;
      case "link-hello":
        return this.#wire.fault("second-hello", false);
      default:
        message satisfies never;
    }
  }

  #otherVersion(theirs: number): void {
    if (this.#phase.kind === "handshake") this.#end("version-mismatch", versionMismatch(theirs));
    else this.#wire.fault("slice-version", true);
  }

  #end(reason: CloseReason, sentence?: string): void {
    const phase = this.#phase;
    if (phase.kind === "closed") return;
    const error = new LinkClosed(this.remote, reason, sentence);
    this.#phase = { kind: "closed", error, roundTripMs: this.roundTripMs, silentMs: this.silentMs };
    if (phase.kind === "handshake") phase.cancelDeadline();
    else phase.heartbeat.stop();
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    if (reason === "closed-here") this.#inbox.clear();
    this.#wire.close(error, goodbyeAfter(reason));
    this.#tellClosed(reason);
    if (phase.kind === "handshake") phase.handshake.reject(error);
  }
}

/** What the far side is told, if it can still hear. After silence it may: a link can die in one direction only. */
function goodbyeAfter(reason: CloseReason): GoodbyeWhy | null {
  if (reason === "closed-there" || reason === "transport-error") return null;
  return reason === "ping-timeout" ? "silence" : "leaving";
}
