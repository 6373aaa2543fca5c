import {
  decodeFrame,
  encodeFrame,
  type Frame,
  FrameError,
  type LinkControl,
  type SessionFrames,
} from "@potluck/protocol";
import type { CloseReason, LinkStats, Transport } from "../link.ts";
import { Assembler } from "../slice/assembler.ts";
import { goodbyeMessage, type GoodbyeWhy, slicePayloadBytes } from "../slice/slice.ts";
import { Slicer } from "../slice/slicer.ts";
import { maxStripes } from "../stripes/stripe-message.ts";
import { Outbox } from "./outbox.ts";

/** `send` waits above this many unsent bytes, as `Link` promises: two chunks of a large model's prefill. */
const highWaterBytes: number = 1024 * 1024;
/** And goes on at this. */
const lowWaterBytes: number = 256 * 1024;
/**
 * What is kept in the transport's own buffer: enough that a fast path never runs dry (192 KiB are 50 ms at 30 Mbit/s),
 * little enough that an urgent frame, which cannot overtake what is in there, is not late. Refilled at the lower mark.
 */
const transportFillBytes: number = 192 * 1024;
const transportRefillBytes: number = 64 * 1024;
/** Faults that a link puts up with over its life. None happens by accident on a reliable channel. */
export const faultLimit = 100;

export interface FrameWireHandlers {
  /** Anything at all came from the far side. */
  heard(): void;
  /** A valid frame of `bytes` bytes. */
  frame(frame: Frame, bytes: number): void;
  /** The far side speaks another protocol version. */
  otherVersion(theirs: number): void;
  /** The wire is of no use any more. The owner closes it. */
  broken(reason: Extract<CloseReason, "misbehaving" | "closed-there" | "ping-timeout" | "transport-error">): void;
}

/** Frames over a transport: cutting, queueing, putting together, counting. Knows nothing of handshakes and pings. */
export class FrameWire {
  readonly #transport: Transport;
  readonly #handlers: FrameWireHandlers;
  readonly #version: number;
  readonly #slicer: Slicer;
  readonly #assembler: Assembler;
  readonly #outbox = new Outbox();
  readonly #faults: Record<string, number> = {};
  readonly #stats = { framesSent: 0, framesReceived: 0, bytesSent: 0, bytesReceived: 0, faults: this.#faults };
  #faultCount = 0;
  #largestSent = 0;
  #senders: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #sendingOwn = true;
  #closedBy: Error | null = null;

  constructor(transport: Transport, version: number, handlers: FrameWireHandlers) {
    this.#transport = transport;
    this.#handlers = handlers;
    this.#version = version;
    this.#slicer = new Slicer(version);
    this.#assembler = new Assembler(version);
  }

  /** Starts listening. Apart from the constructor, so that handlers may use the wire from the first message on. */
  open(): void {
    this.#transport.onDrain(transportRefillBytes, () => this.#pump());
    this.#transport.onMessage((message) => this.#take(message));
    void this.#watch();
  }

  get stats(): LinkStats {
    return this.#stats;
  }

  /** Encodes and queues; resolves when the buffers are below their marks. Rejects with what `close` was given. */
  send(frame: SessionFrames): Promise<void> {
    if (this.#closedBy !== null) return handled(Promise.reject(this.#closedBy));
    const urgent = frame.kind === "token" || frame.kind === "control";
    const bytes = encodeFrame(frame);
    this.#largestSent = Math.max(this.#largestSent, bytes.byteLength);
    this.#outbox.put(frame.session, { bytes, urgent });
    this.#pump();
    if (this.#senders.length === 0 && this.#unsentBytes <= highWaterBytes) return Promise.resolve();
    const sent = new Promise<void>((resolve, reject) => this.#senders.push({ resolve, reject }));
    return handled(sent);
  }

  /** The path takes long: use more associations, most where frames are larger than a slice. */
  pathIsLong(): void {
    this.#transport.widen?.(this.#largestSent > slicePayloadBytes ? maxStripes : 2);
  }

  sendOwn(message: LinkControl): void {
    if (this.#closedBy !== null) return;
    this.#outbox.putOwn(message.type, encodeFrame({ kind: "link", message }));
    this.#pump();
  }

  /** Counts a fault; a breaking one, or one too many, ends the wire. */
  fault(fault: string, breaking: boolean): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
    this.#faultCount += 1;
    if (breaking || this.#faultCount >= faultLimit) this.#handlers.broken("misbehaving");
  }

  /** Closes the transport and rejects whoever waits. With a goodbye, what the transport holds still goes out before it. */
  close(why: Error, goodbye: GoodbyeWhy | null): void {
    if (this.#closedBy !== null) return;
    this.#closedBy = why;
    this.#outbox.clear();
    const senders = this.#senders;
    this.#senders = [];
    for (const sender of senders) sender.reject(why);
    if (goodbye !== null) this.#transport.send(goodbyeMessage(this.#version, goodbye));
    this.#transport.close(goodbye === null ? "now" : "flushed");
  }

  get #unsentBytes(): number {
    return this.#outbox.bytes + this.#slicer.remainingBytes + this.#transport.bufferedBytes;
  }

  async #watch(): Promise<void> {
    const how = await this.#transport.closed;
    if (this.#closedBy === null) this.#handlers.broken(how === "closed" ? "closed-there" : "transport-error");
  }

  #pump(): void {
    while (this.#closedBy === null && this.#transport.bufferedBytes <= transportFillBytes) {
      const message = this.#slicer.next();
      if (message !== null) {
        this.#stats.bytesSent += message.byteLength;
        if (this.#slicer.remainingBytes === 0 && !this.#sendingOwn) this.#stats.framesSent += 1;
        this.#transport.send(message);
        continue;
      }
      const next = this.#outbox.next();
      if (next === null) break;
      this.#sendingOwn = next.own;
      this.#slicer.start(next.bytes);
    }
    if (this.#senders.length === 0 || this.#unsentBytes > lowWaterBytes) return;
    const senders = this.#senders;
    this.#senders = [];
    for (const sender of senders) sender.resolve();
  }

  #take(message: Uint8Array): void {
    if (this.#closedBy !== null) return;
    this.#stats.bytesReceived += message.byteLength;
    this.#handlers.heard();
    const assembled = this.#assembler.take(message);
    switch (assembled.kind) {
      case "more":
        return;
      case "fault":
        return this.fault(assembled.fault, assembled.breaking);
      case "other-version":
        return this.#handlers.otherVersion(assembled.theirs);
      case "goodbye":
        return this.#handlers.broken(assembled.why === "leaving" ? "closed-there" : "ping-timeout");
      case "frame":
        return this.#decode(assembled.bytes);
      default:
        assembled satisfies never;
    }
  }

  #decode(bytes: Uint8Array): void {
    let frame: Frame;
    try {
      frame = decodeFrame(bytes);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      return this.fault(error.fault, false);
    }
    if (frame.kind !== "link") this.#stats.framesReceived += 1;
    this.#handlers.frame(frame, bytes.byteLength);
  }
}

/** A sender that ignores the outcome is no unhandled rejection: `Link.closed` tells the same. */
function handled(promise: Promise<void>): Promise<void> {
  promise.catch(() => {});
  return promise;
}
