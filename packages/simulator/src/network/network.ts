import type { Clock, Transport } from "@potluck/link";
import type { TabId } from "@potluck/protocol";
import type { TabClock } from "../clock/tab-clock.ts";
import type { Random } from "../random/random.ts";
import { SimTransport } from "./sim-transport.ts";

export interface NetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** One way between two tabs, drawn once a pair, in ms. */
  readonly oneWayMs: readonly [low: number, high: number];
  /** Added to each message, at most, in ms. Messages of one connection never overtake each other. */
  readonly jitterMs: number;
  /** Share of messages that are lost once, and so come a retransmission later, with all that is behind them. */
  readonly loss: number;
  /** Shown each message that is sent. */
  readonly tap?: (from: TabId, to: TabId, message: Uint8Array) => void;
}

/** One direction between two tabs. */
export interface Path {
  readonly oneWayMs: number;
  /** Nothing gets through before; `Infinity` for ever. */
  cutUntilMs: number;
}

/** SCTP's smallest retransmission timer in browsers, in ms. */
const retransmitMs = 220;

/** The internet between tabs: delay, jitter, loss, and paths that are cut in one direction without a word. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #paths = new Map<string, Path>();
  readonly #tabs = new Map<TabId, TabClock>();
  readonly #ends = new Map<TabClock, Set<SimTransport>>();

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** The clock of the page that is this tab now; a page that was reloaded takes the place of the old one. */
  plug(tab: TabId, clock: TabClock): void {
    this.#tabs.set(tab, clock);
  }

  /** Nothing gets from one to the other until then; it comes late, or never where that is `Infinity`. */
  cut(from: TabId, to: TabId, untilMs: number): void {
    const path = this.path(from, to);
    path.cutUntilMs = Math.max(path.cutUntilMs, untilMs);
  }

  /** When something that is sent now arrives, no earlier than `notBeforeMs`; `Infinity` for never. */
  arrivalMs(path: Path, notBeforeMs: number): number {
    const { clock, random, jitterMs, loss } = this.#options;
    const lostMs = loss > 0 && random.chance(loss) ? retransmitMs + 2 * path.oneWayMs : 0;
    const healedMs = path.cutUntilMs > clock.now() ? path.cutUntilMs + random.between(0, retransmitMs) : clock.now();
    return Math.max(notBeforeMs, healedMs + path.oneWayMs + random.between(0, jitterMs) + lostMs);
  }

  /** A datagram that is repeated until it gets through. `page` is the one it is meant for. */
  pass(from: TabId, to: TabId, page: TabClock, deliver: () => void): void {
    const at = this.arrivalMs(this.path(from, to), 0);
    if (Number.isFinite(at)) this.clock.after(at - this.clock.now(), () => page.whenRunning(deliver));
  }

  page(tab: TabId): TabClock | undefined {
    return this.#tabs.get(tab);
  }

  /** Both ends of a new connection. */
  join(left: TabId, right: TabId): readonly [Transport, Transport] | null {
    const [leftPage, rightPage] = [this.page(left), this.page(right)];
    if (leftPage === undefined || rightPage === undefined) return null;
    const tap = this.#options.tap ?? ((): void => undefined);
    const a = new SimTransport(this, { from: left, to: right, farPage: rightPage, tap });
    const b = new SimTransport(this, { from: right, to: left, farPage: leftPage, tap });
    a.join(b);
    b.join(a);
    for (const [page, end] of [
      [leftPage, a],
      [rightPage, b],
    ] as const) {
      const ends = this.#ends.get(page) ?? new Set();
      ends.add(end);
      this.#ends.set(page, ends);
      void end.closed.then(() => ends.delete(end));
    }
    return [a, b];
  }

  /** What a platform does for a page that ends: closes its connections, which the far sides see. */
  closeAll(page: TabClock): void {
    for (const end of this.#ends.get(page) ?? []) end.close();
  }

  path(from: TabId, to: TabId): Path {
    const key = `${from}>${to}`;
    let path = this.#paths.get(key);
    if (path === undefined) {
      const back = this.#paths.get(`${to}>${from}`);
      const [low, high] = this.#options.oneWayMs;
      path = { oneWayMs: back?.oneWayMs ?? this.#options.random.between(low, high), cutUntilMs: 0 };
      this.#paths.set(key, path);
    }
    return path;
  }
}
