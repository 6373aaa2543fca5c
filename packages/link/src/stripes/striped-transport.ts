import { maxSliceBytes } from "@potluck/protocol";
import type { Clock } from "../clock.ts";
import type { Transport } from "../link.ts";
import { Reorder, windowMessages } from "./reorder.ts";
import { SentMessages } from "./sent-messages.ts";
import {
  after,
  encodeStripeMessage,
  maxStripes,
  readStripeMessage,
  stripeHeaderBytes,
  type StripeMessage,
} from "./stripe-message.ts";

/** Makes association number `index` from 1 on, by signals which the first one carries. */
export type OpenStripe = (options: {
  readonly index: number;
  readonly initiator: boolean;
  readonly sendSignal: (data: string) => void;
  readonly onSignal: (receive: (data: string) => void) => void;
}) => Promise<Transport>;

export interface StripedTransportOptions {
  readonly clock: Clock;
  /** Exactly one of the two sides; it makes the offers. */
  readonly initiator: boolean;
  readonly open: OpenStripe;
}

/** One packet. Such a message goes out on two associations, since a lost one would hold up a whole lap. */
const doubledBytes = 1150;
/** The far side is told after so many messages what has arrived. */
const tellEvery = 32;
/** How long a gap stays before its messages are asked for: more than stripes of one path overtake each other by. */
const firstGapMs = 25;
const lastGapMs = 400;
/** An association that still holds a message when it is asked for so often (175 ms after the first time) is stuck. */
const stuckAfterAsked = 4;
/** After the first association's end the others have so long to deliver what they hold. */
const drainMs = 1000;
/** Nothing is sent again on an association where more waits than its share of this. */
const busyBytes: number = 256 * 1024;

/**
 * Several associations as one transport. Each has a congestion window of its own, which starts at ten packets, and a
 * lost packet holds up only its own. Starts with the first alone, whose messages are bare and count without saying so;
 * as soon as another stands all messages carry their number, are put in order at the far side, and are kept until they
 * have arrived there. A message that is late is asked for and sent again on another association, and so is everything
 * on one that dies; only the first one's end is the end.
 */
export class StripedTransport implements Transport {
  readonly closed: Promise<"closed" | "error">;
  readonly #first: Transport;
  readonly #options: StripedTransportOptions;
  readonly #receivers = new Map<number, (data: string) => void>();
  readonly #reorder = new Reorder((message) => this.#receive(message));
  readonly #sent = new SentMessages();
  #tellClosed: (how: "closed" | "error") => void = () => {};
  #receive: (message: Uint8Array) => void = () => {};
  #stripes: Transport[];
  #open = true;
  #numbered = false;
  #next = 0;
  #bareReceived = 0;
  #turn = 0;
  #untold = 0;
  #markDue = false;
  #gapMs = firstGapMs;
  #cancelGap: (() => void) | null = null;
  #cancelDrain: (() => void) | null = null;
  #askedTotal = 1;
  #lowWaterBytes = 0;
  #drained: () => void = () => {};

  constructor(first: Transport, options: StripedTransportOptions) {
    this.#first = first;
    this.#options = options;
    this.#stripes = [first];
    this.closed = new Promise((resolve) => (this.#tellClosed = resolve));
    void first.closed.then((how) => (how === "closed" ? this.#drain() : this.#end(how)));
  }

  /** Associations that stand. */
  get stripes(): number {
    return this.#stripes.length;
  }

  get bufferedBytes(): number {
    if (this.#sent.count >= windowMessages) return Number.POSITIVE_INFINITY;
    return this.#open ? this.#stripes.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0) : 0;
  }

  send(message: Uint8Array): void {
    if (message.byteLength > maxSliceBytes - (this.#numbered ? stripeHeaderBytes : 0))
      throw new RangeError(`a message of ${message.byteLength} bytes`);
    if (!this.#open) return;
    const number = this.#next;
    this.#next = after(number);
    if (!this.#numbered) return this.#first.send(message);
    const bytes = encodeStripeMessage({ kind: "numbered", number, message });
    const stripe = this.#pick();
    stripe.send(bytes);
    this.#sent.add(number, bytes, stripe);
    if (this.#stripes.length < 2) return;
    if (bytes.byteLength <= doubledBytes) this.#pick(stripe).send(bytes);
    else this.#mark(stripe);
  }

  onDrain(lowWaterBytes: number, drained: () => void): void {
    this.#lowWaterBytes = lowWaterBytes;
    this.#drained = drained;
    for (const stripe of this.#stripes) this.#hearDrain(stripe);
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#receive = receive;
    this.#first.onMessage((bytes) => this.#take(bytes, this.#first));
  }

  /** The path is long: have that many associations, in time. They are made once; one that fails or dies is done without. */
  widen(total: number): void {
    const wanted = Math.min(total, maxStripes);
    if (!this.#open || wanted <= this.#askedTotal) return;
    const from = this.#askedTotal;
    this.#askedTotal = wanted;
    if (!this.#options.initiator) return this.#first.send(encodeStripeMessage({ kind: "widen", total: wanted }));
    for (let index = from; index < wanted; index++) void this.#add(index);
  }

  close(when: "flushed" | "now" = "flushed"): void {
    if (!this.#open) return;
    this.#end("closed", when);
  }

  async #add(index: number): Promise<void> {
    const early: string[] = [];
    this.#receivers.set(index, (data) => early.push(data));
    let stripe: Transport;
    try {
      stripe = await this.#options.open({
        index,
        initiator: this.#options.initiator,
        sendSignal: (data) => this.#signal(index, data),
        onSignal: (receive) => {
          this.#receivers.set(index, receive);
          for (const data of early.splice(0)) receive(data);
        },
      });
    } catch {
      // The others do its work.
      return;
    }
    if (!this.#open) return stripe.close("now");
    this.#stripes.push(stripe);
    this.#numbered = true;
    this.#hearDrain(stripe);
    stripe.onMessage((bytes) => this.#take(bytes, stripe));
    await stripe.closed;
    this.#lose(stripe);
  }

  #signal(index: number, data: string): void {
    const bytes = encodeStripeMessage({ kind: "signal", index, data });
    // None of ours is so long; without it the stripe does not come about.
    if (this.#open && bytes.byteLength <= maxSliceBytes) this.#first.send(bytes);
  }

  /** The far side closed, and its last messages may be on associations whose end is still on its way. */
  #drain(): void {
    if (this.#stripes.length < 2) return this.#end("closed");
    this.#cancelDrain = this.#options.clock.after(drainMs, () => this.#end("closed"));
    void Promise.all(this.#stripes.map(({ closed }) => closed)).then(() => this.#end("closed"));
  }

  #lose(stripe: Transport): void {
    if (!this.#open) return;
    this.#stripes = this.#stripes.filter((other) => other !== stripe);
    for (const sent of this.#sent.on(stripe)) {
      sent.on = this.#pick();
      sent.on.send(sent.bytes);
    }
    this.#tellDrained();
  }

  /** The one with the least to send, in turns; another than `not` where there is one. */
  #pick(not: Transport | null = null): Transport {
    let best: Transport | null = null;
    for (let i = 0; i < this.#stripes.length; i++) {
      const stripe = this.#stripes[(this.#turn + i) % this.#stripes.length];
      if (stripe === undefined || stripe === not) continue;
      if (best === null || stripe.bufferedBytes < best.bufferedBytes) best = stripe;
    }
    this.#turn = (this.#stripes.indexOf(best ?? this.#first) + 1) % this.#stripes.length;
    return best ?? this.#first;
  }

  /** When this burst is over the far side hears on another association how far it went. */
  #mark(last: Transport): void {
    if (this.#markDue) return;
    this.#markDue = true;
    queueMicrotask(() => {
      this.#markDue = false;
      if (this.#open) this.#pick(last).send(encodeStripeMessage({ kind: "sent", next: this.#next }));
    });
  }

  #take(bytes: Uint8Array, stripe: Transport): void {
    if (!this.#open) return;
    const read = readStripeMessage(bytes);
    if (read === null) {
      // Only the first association carries bare messages, all of them before the first numbered one.
      if (stripe !== this.#first) return this.#misbehaving();
      return this.#arrive(this.#bareReceived++, bytes);
    }
    switch (read.kind) {
      case "numbered":
        this.#arrive(read.number, read.message);
        return this.#tellArrived();
      case "sent":
        return this.#reorder.sent(read.next) ? this.#watchGap() : this.#misbehaving();
      case "arrived":
        this.#sent.arrived(read.next);
        return this.#tellDrained();
      case "missing":
        return this.#sendAgain(read.numbers);
      case "signal":
        return this.#takeSignal(read.index, read.data);
      case "widen":
        return this.#options.initiator ? this.widen(read.total) : undefined;
      default:
        read satisfies never;
    }
  }

  #arrive(number: number, message: Uint8Array): void {
    if (!this.#reorder.take(number, message)) return this.#misbehaving();
    this.#watchGap();
  }

  #tellArrived(): void {
    this.#untold += 1;
    if (this.#untold < tellEvery) return;
    this.#untold = 0;
    this.#sendTwice({ kind: "arrived", next: this.#reorder.next });
  }

  /** Also when one association is dead and nobody knows yet. */
  #sendTwice(message: StripeMessage): void {
    if (!this.#open) return;
    const bytes = encodeStripeMessage(message);
    this.#first.send(bytes);
    if (this.#stripes.length > 1) this.#pick(this.#first).send(bytes);
  }

  #watchGap(): void {
    if (!this.#reorder.hasGap) this.#gapMs = firstGapMs;
    if (!this.#open || !this.#reorder.hasGap || this.#cancelGap !== null) return;
    const { next } = this.#reorder;
    this.#cancelGap = this.#options.clock.after(this.#gapMs, () => {
      this.#cancelGap = null;
      if (this.#reorder.next !== next) this.#gapMs = firstGapMs;
      else if (this.#reorder.hasGap) {
        this.#gapMs = Math.min(lastGapMs, 2 * this.#gapMs);
        this.#sendTwice({ kind: "missing", numbers: this.#reorder.missing() });
      }
      this.#watchGap();
    });
  }

  #sendAgain(numbers: readonly number[]): void {
    if (this.#stripes.length < 2) return;
    for (const number of numbers) {
      const sent = this.#sent.find(number);
      if (sent === undefined) continue;
      sent.asked += 1;
      // What waits here to be sent for the first time is not lost, unless it does so for ever.
      if (sent.on.bufferedBytes > 0 && sent.asked < stuckAfterAsked) continue;
      // Neither a full window nor what a stuck association holds counts here: only sending again ends either.
      const other = this.#pick(sent.on);
      if (other.bufferedBytes > busyBytes / maxStripes) continue;
      sent.on = other;
      other.send(sent.bytes);
    }
  }

  #takeSignal(index: number, data: string): void {
    if (index < 1 || index >= maxStripes) return;
    if (!this.#receivers.has(index)) {
      if (this.#options.initiator) return;
      void this.#add(index);
    }
    this.#receivers.get(index)?.(data);
  }

  #hearDrain(stripe: Transport): void {
    // When the last of them has fallen to its share, all together have.
    stripe.onDrain(this.#lowWaterBytes / maxStripes, () => this.#tellDrained());
  }

  #tellDrained(): void {
    if (this.#open && this.bufferedBytes <= this.#lowWaterBytes) this.#drained();
  }

  #misbehaving(): void {
    this.#end("error", "now");
  }

  #end(how: "closed" | "error", when: "flushed" | "now" = "now"): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancelGap?.();
    this.#cancelDrain?.();
    this.#reorder.clear();
    this.#sent.clear();
    for (const stripe of this.#stripes) stripe.close(when);
    this.#tellClosed(how);
  }
}
