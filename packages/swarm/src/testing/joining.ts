import type { Donate, LayerRange } from "@potluck/protocol";
import { place, type Placement, type PlaceModel } from "../place/place.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";
import { offer } from "./test-model.ts";

/** Donors of one model that join one after the other, and leave when told to. */
export class Joining {
  readonly model: SwarmModel;
  readonly held: LayerRange[] = [];
  constructor(model: SwarmModel, held: readonly LayerRange[] = []) {
    this.model = model;
    this.held.push(...held);
  }
  get cover(): number[] {
    return this.model.layers.map((_, layer) => this.held.filter(({ from, to }) => from <= layer && layer < to).length);
  }
  get isCovered(): boolean {
    return !this.cover.includes(0);
  }
  get place(): PlaceModel {
    return { model: this.model, cover: this.cover, held: this.held, waiting: 0 };
  }
  join(budgetBytes: number, more: Partial<Donate> = {}): Placement {
    const placed = place(offer(budgetBytes, more), [this.place]);
    if (placed.status === "refused") throw new Error(placed.message);
    this.held.push(placed.node);
    return placed;
  }
}
