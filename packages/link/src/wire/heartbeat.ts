import type { Clock } from "../clock.ts";

/** Share of a new sample in the smoothed round trip, as TCP takes it (RFC 6298). */
const smoothing = 1 / 8;
/** Pings whose answer may still come; older ones are forgotten. */
const rememberedPings = 16;

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly pingMs: number;
  readonly missedPings: number;
  ping(n: number): void;
  dead(): void;
}

/**
 * Is the far side alive, and how far is it. Whatever arrives counts as a sign of life, since a pong may be stuck behind
 * a large frame on a slow path; the far side's own pings keep an idle link alive.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #sentAt = new Map<number, number>();
  #next = 0;
  #silentTicks = 0;
  #heardAt: number;
  #roundTripMs: number | null = null;
  #leastRoundTripMs = Number.POSITIVE_INFINITY;
  #pongs = 0;
  #cancel: () => void = () => {};

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#heardAt = options.clock.now();
    this.#ping();
  }

  /** Ms since anything came, as far as this side was awake to hear it. */
  get silentMs(): number {
    const { clock, pingMs } = this.#options;
    return Math.min(clock.now() - this.#heardAt, (this.#silentTicks + 1) * pingMs);
  }

  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** The shortest of at least three: what the path takes when nobody is busy. Null before. */
  get leastRoundTripMs(): number | null {
    return this.#pongs < 3 ? null : this.#leastRoundTripMs;
  }

  heard(): void {
    this.#silentTicks = 0;
    this.#heardAt = this.#options.clock.now();
  }

  /** Takes a pong; false for a number that was never sent. */
  pong(n: number): boolean {
    if (n >= this.#next) return false;
    const sentAt = this.#sentAt.get(n);
    if (sentAt === undefined) return true;
    this.#sentAt.delete(n);
    const sample = this.#options.clock.now() - sentAt;
    this.#pongs += 1;
    this.#leastRoundTripMs = Math.min(this.#leastRoundTripMs, sample);
    this.#roundTripMs =
      this.#roundTripMs === null ? sample : this.#roundTripMs + (sample - this.#roundTripMs) * smoothing;
    return true;
  }

  stop(): void {
    this.#cancel();
  }

  #ping(): void {
    const n = this.#next++;
    this.#sentAt.set(n, this.#options.clock.now());
    this.#sentAt.delete(n - rememberedPings);
    // One timer after the other: a page that was frozen for a minute has missed one tick, not a hundred and twenty.
    this.#cancel = this.#options.clock.after(this.#options.pingMs, () => this.#tick());
    this.#options.ping(n);
  }

  #tick(): void {
    this.#silentTicks += 1;
    if (this.#silentTicks >= this.#options.missedPings) this.#options.dead();
    else this.#ping();
  }
}
