import { maxSliceBytes } from "@potluck/protocol";
import type { Clock } from "../clock.ts";
import type { Transport } from "../link.ts";
import { Lane } from "./lane.ts";

export interface MemoryTransportOptions {
  readonly clock: Clock;
  readonly oneWayMs?: number;
  /** Share of messages that are lost once and come a retransmission later, with all that is behind them. */
  readonly lossPercent?: number;
  /** Which messages are lost. */
  readonly seed?: number;
  /** Each way; unlimited unless told. */
  readonly bytesPerSecond?: number;
}

/** A lost packet is sent again after this and a round trip: SCTP's smallest retransmission timer in browsers. */
const retransmitMs = 220;

/**
 * The twin of a pair of data channels, both ends in this memory: ordered, reliable, with delay, bandwidth and loss, on
 * the given clock. Nothing is delivered from inside `send`.
 */
export function memoryTransportPair(options: MemoryTransportOptions): readonly [MemoryTransport, MemoryTransport] {
  const seed = options.seed ?? 1;
  const left = new MemoryTransport(options, seed);
  const right = new MemoryTransport(options, seed ^ 0x5bd1_e995);
  left.join(right);
  right.join(left);
  return [left, right];
}

type Item = { readonly kind: "message"; readonly bytes: Uint8Array } | { readonly kind: "close" };

export class MemoryTransport implements Transport {
  readonly closed: Promise<"closed" | "error">;
  readonly #clock: Clock;
  readonly #oneWayMs: number;
  readonly #loss: number;
  readonly #bytesPerMs: number;
  readonly #leaving: Lane<number>;
  readonly #travelling: Lane<Item>;
  #random: number;
  #tellClosed: (how: "closed" | "error") => void = () => {};
  #open = true;
  #cut = false;
  #bufferedBytes = 0;
  #lineFreeAt = 0;
  #lowWaterBytes = 0;
  #drained: () => void = () => {};
  #receive: ((message: Uint8Array) => void) | null = null;
  #early: Uint8Array[] = [];
  #far: MemoryTransport | null = null;

  constructor(options: MemoryTransportOptions, seed: number) {
    this.closed = new Promise((resolve) => (this.#tellClosed = resolve));
    this.#clock = options.clock;
    this.#oneWayMs = options.oneWayMs ?? 0;
    this.#loss = (options.lossPercent ?? 0) / 100;
    this.#bytesPerMs = (options.bytesPerSecond ?? Number.POSITIVE_INFINITY) / 1000;
    this.#random = seed >>> 0;
    this.#leaving = new Lane(options.clock, (bytes) => this.#left(bytes));
    this.#travelling = new Lane(options.clock, (item) => {
      const far = this.#far;
      if (far !== null) far.#arrive(item);
    });
  }

  join(far: MemoryTransport): void {
    this.#far = far;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  send(message: Uint8Array): void {
    if (message.byteLength > maxSliceBytes) throw new RangeError(`a message of ${message.byteLength} bytes`);
    if (!this.#open) return;
    this.#bufferedBytes += message.byteLength;
    const leavesAt = Math.max(this.#clock.now(), this.#lineFreeAt) + message.byteLength / this.#bytesPerMs;
    this.#lineFreeAt = leavesAt;
    this.#leaving.put(leavesAt, message.byteLength);
    const lostMs = this.#draw() < this.#loss ? retransmitMs + 2 * this.#oneWayMs : 0;
    if (!this.#cut)
      this.#travelling.put(leavesAt + this.#oneWayMs + lostMs, { kind: "message", bytes: message.slice() });
  }

  onDrain(lowWaterBytes: number, drained: () => void): void {
    this.#lowWaterBytes = lowWaterBytes;
    this.#drained = drained;
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#receive = receive;
    queueMicrotask(() => {
      for (let next = this.#early.shift(); next !== undefined; next = this.#early.shift()) receive(next);
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#end("closed");
    if (!this.#cut)
      this.#travelling.put(Math.max(this.#clock.now(), this.#lineFreeAt) + this.#oneWayMs, { kind: "close" });
  }

  /** The path dies without a word, both ways: what is on its way never arrives, and nobody is told. */
  cut(): void {
    this.cutOneWay();
    this.#far?.cutOneWay();
  }

  /** The path from this end to the other dies without a word; the way back stays. */
  cutOneWay(): void {
    this.#cut = true;
    this.#travelling.clear();
  }

  /** The platform reports a broken path to both ends. */
  fail(): void {
    this.cut();
    for (const end of [this, this.#far]) {
      if (end !== null) end.#end("error");
    }
  }

  #left(bytes: number): void {
    const before = this.#bufferedBytes;
    this.#bufferedBytes -= bytes;
    if (this.#open && before > this.#lowWaterBytes && this.#bufferedBytes <= this.#lowWaterBytes) this.#drained();
  }

  #arrive(item: Item): void {
    if (!this.#open) return;
    if (item.kind === "close") return this.#end("closed");
    if (this.#receive === null || this.#early.length > 0) this.#early.push(item.bytes);
    else this.#receive(item.bytes);
  }

  #end(how: "closed" | "error"): void {
    if (!this.#open) return;
    this.#open = false;
    this.#leaving.clear();
    this.#bufferedBytes = 0;
    this.#tellClosed(how);
  }

  /** mulberry32: the next number from 0 to 1 of this end's own stream. */
  #draw(): number {
    this.#random = (this.#random + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(this.#random ^ (this.#random >>> 15), this.#random | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}
