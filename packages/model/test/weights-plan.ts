import { createHash } from "node:crypto";
import type { TensorLocation } from "../src/manifest/manifest.ts";
import type { WeightsPlan } from "../src/fetch/wanted-piece.ts";

/** Where a tensor of a test's file is. */
export interface Place {
  readonly file?: number;
  readonly offset: number;
  readonly length: number;
}

/** A plan for tensors at these places of these files, packed one after the other, with pieces of `pieceBytes`. */
export function weightsPlan(
  files: Readonly<Record<string, Uint8Array>>,
  places: readonly Place[],
  pieceBytes = 1000,
): WeightsPlan & { readonly expected: Uint8Array } {
  const entries = Object.entries(files);
  let at = 0;
  const weights = places.map(({ file = 0, offset, length }, index) => {
    const bytes = entries[file]?.[1].subarray(offset, offset + length) ?? new Uint8Array();
    const pieces = Array.from({ length: Math.ceil(length / pieceBytes) }, (_, piece) => {
      const part = bytes.subarray(piece * pieceBytes, (piece + 1) * pieceBytes);
      return { lengthBytes: part.length, sha256: createHash("sha256").update(part).digest("hex") };
    });
    const tensor: TensorLocation = { name: `tensor.${index}`, file, offset, lengthBytes: length, pieces };
    const weight = { tensor, at };
    at += length;
    return weight;
  });
  const expected = new Uint8Array(at);
  for (const { tensor, at } of weights)
    expected.set(entries[tensor.file]?.[1].subarray(tensor.offset, tensor.offset + tensor.lengthBytes) ?? [], at);
  const manifest = { files: entries.map(([path, bytes]) => ({ path, sizeBytes: bytes.length })) };
  return { manifest, weights, weightBytes: at, expected };
}
