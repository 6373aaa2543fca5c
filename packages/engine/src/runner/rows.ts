/** Between rows on the wire and rows as the shard computes them. */
import type { ActivationDtype } from "@potluck/model";
import type { Activations, RowsIn } from "../backend/backend.ts";
import { bitsOf, narrow, widen } from "../half/half.ts";
import type { HiddenRows, RunJob } from "../shard-runner.ts";
import { misfit } from "./misfit.ts";
import type { ShardFacts } from "./shard-facts.ts";

/** Rows that fit the shard. Throws `internal` naming what does not fit, before the runtime sees any of it. */
export function rowsForShard(input: RunJob["input"], facts: ShardFacts): { input: RowsIn; count: number } {
  switch (input.kind) {
    case "tokens": {
      if (!facts.hasEmbedding) throw misfit("token ids came to a shard without the embedding");
      const stray = input.ids.find((id) => id < 0 || id >= facts.vocabSize);
      if (stray !== undefined) throw misfit(`token id ${stray} is not below ${facts.vocabSize}`);
      if (input.ids.length === 0) throw misfit("a run without rows");
      return { input, count: input.ids.length };
    }
    case "hidden": {
      if (facts.hasEmbedding) throw misfit("hidden states came to the shard that starts from token ids");
      if (input.width !== facts.hiddenSize) throw misfit(`rows are ${input.width} wide, not ${facts.hiddenSize}`);
      if (!Number.isInteger(input.count) || input.count < 1) throw misfit("a run without rows");
      const sizeBytes = input.count * input.width * (input.dtype === "f32" ? 4 : 2);
      if (input.data.byteLength !== sizeBytes)
        throw misfit(`${input.count} rows take ${sizeBytes} bytes, not ${input.data.byteLength}`);
      return { input: { kind: "hidden", values: decodeRows(input, facts.activation) }, count: input.count };
    }
    default:
      return input satisfies never;
  }
}

/** Rows in the dtype that the shard computes in; a view of the same bytes where that is the dtype already. */
function decodeRows(rows: HiddenRows, activation: ActivationDtype): Activations {
  const aligned = rows.data.byteOffset % 4 === 0 ? rows.data : rows.data.slice();
  if (rows.dtype === "f32") {
    const floats = new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
    return activation === "f32" ? floats : narrow(floats);
  }
  const halves = bitsOf(aligned);
  return activation === "f16" ? halves : widen(halves);
}

/** Rows for the wire, in one new buffer. */
export function encodeRows(chunks: readonly Activations[], width: number, wire: "f32" | "f16"): HiddenRows {
  const values = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const data = new Uint8Array(values * (wire === "f32" ? 4 : 2));
  let at = 0;
  for (const chunk of chunks) {
    const converted = convert(chunk, wire);
    data.set(new Uint8Array(converted.buffer, converted.byteOffset, converted.byteLength), at);
    at += converted.byteLength;
  }
  return { dtype: wire, count: values / width, width, data };
}

function convert(chunk: Activations, wire: "f32" | "f16"): Activations {
  if (chunk instanceof Float32Array) return wire === "f32" ? chunk : narrow(chunk);
  return wire === "f16" ? chunk : widen(chunk);
}

/** Index of the first row that holds NaN or infinity, or -1. f16 overflow on the wire counts, since it becomes infinity. */
export function firstBadRow(values: Activations, width: number, wire: "f32" | "f16"): number {
  if (values instanceof Float32Array) {
    // What rounds to infinity in f16; false for NaN too.
    const limit = wire === "f16" ? 65520 : Infinity;
    for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i] as number) < limit)) return Math.floor(i / width);
    return -1;
  }
  for (let i = 0; i < values.length; i++) if (((values[i] as number) & 0x7c00) === 0x7c00) return Math.floor(i / width);
  return -1;
}
