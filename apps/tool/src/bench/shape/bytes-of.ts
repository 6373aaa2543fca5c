import { elementType } from "@potluck/model/write";
import { narrow } from "@potluck/engine";
import type { GraphWeight } from "./llama-graph.ts";

/** Values in one piece; larger weights repeat it, which no kernel notices. */
const pieceValues = 4 * 1024 * 1024;

/** A weight's bytes, piece by piece. The same seed gives the same bytes. */
export function* bytesOf(weight: GraphWeight, seed: number): Generator<Uint8Array> {
  const { fill, dataType } = weight;
  const width = dataType === elementType.u8 ? 1 : dataType === elementType.f16 ? 2 : 4;
  const count = weight.lengthBytes / width;
  const random = generator(seed);
  let piece: Uint8Array;
  switch (fill.kind) {
    case "nibbles":
      piece = Uint8Array.from({ length: Math.min(count, pieceValues) }, () => random() * 256);
      break;
    case "floats":
      piece = coded(Math.min(count, pieceValues), width, () => fill.scale * (2 * random() - 1));
      break;
    case "positive":
      // A little spread, so that no two columns are the same.
      piece = coded(Math.min(count, pieceValues), width, () => fill.scale * (0.5 + random()));
      break;
    case "ones":
      piece = coded(count, width, () => 1);
      break;
    case "rotary": {
      const half = Number(weight.dims[1]);
      const angle = (i: number): number => Math.floor(i / half) * 500_000 ** (-(i % half) / half);
      piece = coded(count, width, (i) => (fill.of === "cos" ? Math.cos(angle(i)) : Math.sin(angle(i))));
      break;
    }
    default:
      throw new TypeError(fill satisfies never);
  }
  for (let left = weight.lengthBytes; left > 0; left -= piece.byteLength) {
    yield left >= piece.byteLength ? piece : piece.subarray(0, left);
  }
}

function coded(count: number, width: number, value: (i: number) => number): Uint8Array {
  const values = Float32Array.from({ length: count }, (_, i) => value(i));
  const data = width === 2 ? narrow(values) : values;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** From 0 to 1; mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
