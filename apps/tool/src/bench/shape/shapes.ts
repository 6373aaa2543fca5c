/** The sizes of a decoder in the manner of Llama. */
export interface Shape {
  readonly name: string;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly feedForward: number;
  readonly vocab: number;
  readonly positions: number;
}

export type ShapeName = "tiny" | "1b" | "8b";

/** `1b` and `8b` are those of Llama-3.2-1B and Llama-3.1-8B, with fewer positions; `tiny` is for trying it out without a GPU. */
export const shapes: Readonly<Record<ShapeName, Shape>> = {
  tiny: {
    name: "tiny",
    layers: 6,
    hidden: 128,
    heads: 2,
    kvHeads: 2,
    headDim: 64,
    feedForward: 256,
    vocab: 4096,
    positions: 2048,
  },
  "1b": {
    name: "1b",
    layers: 16,
    hidden: 2048,
    heads: 32,
    kvHeads: 8,
    headDim: 64,
    feedForward: 8192,
    vocab: 128_256,
    positions: 4096,
  },
  "8b": {
    name: "8b",
    layers: 32,
    hidden: 4096,
    heads: 32,
    kvHeads: 8,
    headDim: 128,
    feedForward: 14_336,
    vocab: 128_256,
    positions: 4096,
  },
};
