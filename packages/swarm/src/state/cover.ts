import type { LayerRange } from "@potluck/protocol";

/** Tabs per layer of one model, kept up to date as tabs come and go. */
export class Cover {
  readonly ready: number[];
  readonly joining: number[];

  constructor(layerCount: number) {
    this.ready = Array.from({ length: layerCount }, () => 0);
    this.joining = Array.from({ length: layerCount }, () => 0);
  }

  /** Adds `by` tabs (or takes them away) on every layer of the range. */
  add(what: "ready" | "joining", range: LayerRange, by: 1 | -1): void {
    for (let layer = range.from; layer < range.to; layer++) this[what][layer] = (this[what][layer] ?? 0) + by;
  }

  /** Tabs that hold each layer or will soon. */
  placed(): readonly number[] {
    return this.ready.map((tabs, layer) => tabs + (this.joining[layer] ?? 0));
  }
}
