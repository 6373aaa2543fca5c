import type { Transport } from "../link.ts";
import { ahead } from "./stripe-message.ts";

interface Sent {
  readonly number: number;
  readonly bytes: Uint8Array;
  on: Transport;
  /** How often the far side missed it. */
  asked: number;
}

/** What was sent and may have to be sent again, because the association that carries it stalls or dies. In order. */
export class SentMessages {
  #all: Sent[] = [];

  get count(): number {
    return this.#all.length;
  }

  add(number: number, bytes: Uint8Array, on: Transport): void {
    this.#all.push({ number, bytes, on, asked: 0 });
  }

  /** All before `next` have arrived. */
  arrived(next: number): void {
    const left = this.#all.findIndex(({ number }) => ahead(number, next) >= 0);
    this.#all.splice(0, left === -1 ? this.#all.length : left);
  }

  find(number: number): Sent | undefined {
    const first = this.#all[0];
    return first === undefined ? undefined : this.#all[ahead(number, first.number)];
  }

  on(stripe: Transport): readonly Sent[] {
    return this.#all.filter((sent) => sent.on === stripe);
  }

  clear(): void {
    this.#all = [];
  }
}
