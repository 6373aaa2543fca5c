import type { Donate, LayerRange } from "@potluck/protocol";
import { place, type Placement, type PlaceModel } from "../place/place.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";
import { offer } from "./test-model.ts";

/** Donors of one model that join one after the other, and leave when told to. */
export class Joining {
  readonly model: SwarmModel;
  /** What each holds, guests included. */
  readonly held: LayerRange[] = [];
  /** Those of `held` that guests hold. */
  readonly ofGuests: Set<LayerRange> = new Set<LayerRange>();
  constructor(model: SwarmModel, held: readonly LayerRange[] = []) {
    this.model = model;
    this.held.push(...held);
  }
  /** Own tabs and guests that hold each layer. */
  get cover(): number[] {
    return this.#count(this.held);
  }
  get isCovered(): boolean {
    return !this.cover.includes(0);
  }
  get place(): PlaceModel {
    const { model, held } = this;
    const cover = this.#count(held.filter((range) => !this.ofGuests.has(range)));
    return { model, cover, guests: this.#count([...this.ofGuests]), held, waiting: 0 };
  }
  join(budgetBytes: number, more: Partial<Donate> = {}): Placement {
    return this.#take(place(offer(budgetBytes, more), [this.place]));
  }
  joinGuest(budgetBytes: number, more: Partial<Donate> = {}): Placement {
    const placed = this.#take(place(offer(budgetBytes, more), [this.place], true));
    for (const range of this.held.slice(-1)) this.ofGuests.add(range);
    return placed;
  }
  leave(index: number): void {
    for (const range of this.held.splice(index, 1)) this.ofGuests.delete(range);
  }
  #take(placed: ReturnType<typeof place>): Placement {
    if (placed.status === "refused") throw new Error(placed.message);
    // A copy: two that hold the same range are two.
    this.held.push({ ...placed.node });
    return placed;
  }
  #count(ranges: readonly LayerRange[]): number[] {
    return this.model.layers.map((_, layer) => ranges.filter(({ from, to }) => from <= layer && layer < to).length);
  }
}
