import { maxSliceBytes } from "@potluck/protocol";
import type { Clock } from "../clock.ts";
import type { Transport } from "../link.ts";
import type { Peer } from "./simple-peer.ts";

/** Messages that may come before the link listens: its far side sends one hello and waits for ours. */
const earlyMessages = 16;
/**
 * How long the connection outlives `close`, unless the far side goes first: closing a channel cuts off what SCTP has not
 * sent yet (seen with a tenth of a megabyte in wrtc), and it does not tell when all of it has arrived.
 */
const lingerMs = 1000;
/** How often to look where the platform does not tell when the buffer drained (wrtc in Node). */
const pollMs = 5;

/**
 * A connected peer's data channel as a {@link Transport}. Uses the channel itself: simple-peer's `send` adds nothing to
 * it, its `write` stops at 64 KiB, and its stream would keep a second queue of what arrives.
 */
export class ChannelTransport implements Transport {
  readonly closed: Promise<"closed" | "error">;
  readonly #peer: Peer;
  readonly #channel: RTCDataChannel;
  readonly #clock: Clock;
  readonly #polls: boolean;
  #tellClosed: (how: "closed" | "error") => void = () => {};
  #open = true;
  #early: Uint8Array[] = [];
  #receive: ((message: Uint8Array) => void) | null = null;
  #lowWaterBytes = 0;
  #drained: () => void = () => {};
  #cancelPoll: (() => void) | null = null;
  #cancelLinger: () => void = () => {};

  /** Call from inside the peer's `connect` event, so that no message falls between simple-peer's stream and this. */
  constructor(peer: Peer, clock: Clock) {
    this.closed = new Promise((resolve) => (this.#tellClosed = resolve));
    this.#peer = peer;
    this.#channel = peer._channel;
    this.#clock = clock;
    this.#polls = typeof this.#channel.bufferedAmountLowThreshold !== "number";
    for (let message = peer.read(); message !== null; message = peer.read()) this.#take(message);
    // Replaces simple-peer's own handler, which would fill its stream.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    this.#channel.onmessage = (event: MessageEvent<unknown>) => this.#take(event.data);
    peer.on("error", (error) => this.#end(isFarClose(error) ? "closed" : "error"));
    peer.on("close", () => {
      this.#cancelLinger();
      this.#end("closed");
    });
  }

  get bufferedBytes(): number {
    return this.#open ? this.#channel.bufferedAmount : 0;
  }

  send(message: Uint8Array): void {
    if (message.byteLength > maxSliceBytes) throw new RangeError(`a message of ${message.byteLength} bytes`);
    if (!this.#open || this.#channel.readyState !== "open") return;
    this.#peer.send(message);
    if (this.#polls) this.#poll();
  }

  onDrain(lowWaterBytes: number, drained: () => void): void {
    this.#lowWaterBytes = lowWaterBytes;
    this.#drained = drained;
    if (this.#polls) return;
    this.#channel.bufferedAmountLowThreshold = lowWaterBytes;
    this.#channel.onbufferedamountlow = () => this.#open && drained();
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#receive = receive;
    queueMicrotask(() => {
      for (let next = this.#early.shift(); next !== undefined; next = this.#early.shift()) receive(next);
    });
  }

  close(when: "flushed" | "now" = "flushed"): void {
    if (!this.#open) return;
    this.#end("closed");
    if (when === "now") this.#peer.destroy();
    else this.#cancelLinger = this.#clock.after(lingerMs, () => this.#peer.destroy());
  }

  #take(data: unknown): void {
    if (!this.#open) return;
    const message = bytesOf(data);
    if (this.#receive !== null && this.#early.length === 0) this.#receive(message);
    else if (this.#early.length < earlyMessages) this.#early.push(message);
    else this.#peer.destroy(new Error("the far side sends before the handshake"));
  }

  #poll(): void {
    if (this.#cancelPoll !== null || this.#channel.bufferedAmount <= this.#lowWaterBytes) return;
    this.#cancelPoll = this.#clock.after(pollMs, () => {
      this.#cancelPoll = null;
      if (!this.#open) return;
      if (this.#channel.bufferedAmount <= this.#lowWaterBytes) this.#drained();
      else this.#poll();
    });
  }

  #end(how: "closed" | "error"): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancelPoll?.();
    this.#tellClosed(how);
  }
}

/** A text message, which no link sends, becomes an empty one, which the link counts as a fault. */
function bytesOf(data: unknown): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data instanceof Uint8Array) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(0);
}

/**
 * Browsers report the far side's leaving as an error of our channel: an SCTP abort with this text when its page is
 * closed, one without any text when it closed the channel while we were sending. A path that broke has another.
 */
function isFarClose(error: Error): boolean {
  return error.message === "" || error.message.includes("User-Initiated Abort");
}
