import type { Clock } from "@potluck/link";

export type Pulse = "running" | "frozen" | "dead";

/**
 * One tab's clock: it stands still while the tab is frozen, as a page's timers do, and for good once the tab is dead. What
 * fell due meanwhile happens when the tab thaws, in order.
 */
export class TabClock implements Clock {
  readonly #world: Clock;
  #pulse: Pulse = "running";
  #held: (() => void)[] = [];

  constructor(world: Clock) {
    this.#world = world;
  }

  get pulse(): Pulse {
    return this.#pulse;
  }

  now(): number {
    return this.#world.now();
  }

  after(ms: number, fn: () => void): () => void {
    let cancelled = false;
    const cancelWorld = this.#world.after(ms, () => this.whenRunning(() => !cancelled && fn()));
    return () => {
      cancelled = true;
      cancelWorld();
    };
  }

  /** At once, at the thaw behind all that waits, or never. */
  whenRunning(fn: () => void): void {
    if (this.#pulse === "dead") return;
    if (this.#pulse === "running" && this.#held.length === 0) return fn();
    this.#held.push(fn);
  }

  freeze(): void {
    if (this.#pulse === "running") this.#pulse = "frozen";
  }

  thaw(): void {
    if (this.#pulse !== "frozen") return;
    this.#pulse = "running";
    this.#release();
  }

  kill(): void {
    this.#pulse = "dead";
    this.#held = [];
  }

  /** One event each, so that the promises of one settle before the next. */
  #release(): void {
    if (this.#held.length === 0) return;
    this.#world.after(0, () => {
      if (this.#pulse !== "running") return;
      this.#held.shift()?.();
      this.#release();
    });
  }
}
