import type { Transport } from "@potluck/link";
import { maxSliceBytes, type TabId } from "@potluck/protocol";
import type { TabClock } from "../clock/tab-clock.ts";
import type { Network, Path } from "./network.ts";

export interface SimTransportOptions {
  readonly from: TabId;
  readonly to: TabId;
  /** The page at the far end when the connection was made. */
  readonly farPage: TabClock;
  readonly tap: (from: TabId, to: TabId, message: Uint8Array) => void;
}

/**
 * One end of a data channel through the {@link Network}. As the link's own twin, which has one delay a pair and dies both
 * ways at once; here each message finds its own way, and either direction may be cut. Bandwidth is not limited.
 */
export class SimTransport implements Transport {
  readonly closed: Promise<"closed" | "error">;
  readonly bufferedBytes = 0;
  readonly #network: Network;
  readonly #options: SimTransportOptions;
  readonly #path: Path;
  #tellClosed: (how: "closed" | "error") => void = () => {};
  #open = true;
  #lastArrivalMs = 0;
  #receive: ((message: Uint8Array) => void) | null = null;
  #early: Uint8Array[] = [];
  #far: SimTransport | null = null;

  constructor(network: Network, options: SimTransportOptions) {
    this.closed = new Promise((resolve) => (this.#tellClosed = resolve));
    this.#network = network;
    this.#options = options;
    this.#path = network.path(options.from, options.to);
  }

  join(far: SimTransport): void {
    this.#far = far;
  }

  send(message: Uint8Array): void {
    if (message.byteLength > maxSliceBytes) throw new RangeError(`a message of ${message.byteLength} bytes`);
    if (!this.#open) return;
    const { from, to, tap } = this.#options;
    tap(from, to, message);
    const bytes = message.slice();
    this.#travel((far) => far.#arrive(bytes));
  }

  onDrain(): void {
    // Nothing is ever buffered.
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
    this.#travel((far) => far.#end("closed"));
  }

  #travel(deliver: (far: SimTransport) => void): void {
    const { farPage } = this.#options;
    const { clock } = this.#network;
    this.#lastArrivalMs = this.#network.arrivalMs(this.#path, this.#lastArrivalMs);
    if (!Number.isFinite(this.#lastArrivalMs)) return;
    clock.after(this.#lastArrivalMs - clock.now(), () => {
      farPage.whenRunning(() => this.#far !== null && deliver(this.#far));
    });
  }

  #arrive(bytes: Uint8Array): void {
    if (!this.#open) return;
    if (this.#receive === null || this.#early.length > 0) this.#early.push(bytes);
    else this.#receive(bytes);
  }

  #end(how: "closed" | "error"): void {
    if (!this.#open) return;
    this.#open = false;
    this.#tellClosed(how);
  }
}
