import type { ShardPlan } from "@potluck/model";
import type { RowsIn } from "./backend.ts";
import type { Ort, OrtTensor } from "./ort.ts";

/** One row of a run together. */
export interface SlotRow {
  /** Of the row, which is also how many positions its slot holds. */
  readonly position: number;
  /** Null when the slot idles; what it computes is not looked at. */
  readonly input: RowsIn | null;
}

/** Everything but the caches for a run of one row each: rows `[slots, 1, ...]`, and how long each slot is with its row. */
export function slotFeeds(
  ort: Ort,
  plan: ShardPlan,
  slots: readonly SlotRow[],
  logits: boolean,
): Record<string, OrtTensor> {
  const { io } = plan;
  const feeds: Record<string, OrtTensor> = { [io.input.name]: rowsTensor(ort, plan, slots) };
  const total = Math.max(...slots.map((slot) => slot.position)) + 1;
  if (io.lengths !== null) {
    const last = Int32Array.from(slots, (slot) => slot.position);
    feeds[io.lengths.last] = new ort.Tensor("int32", last, [slots.length]);
    feeds[io.lengths.total] = new ort.Tensor("int32", Int32Array.of(total), []);
  }
  if (io.attentionMask !== null) {
    const mask = new BigInt64Array(slots.length * total);
    for (const [i, { position }] of slots.entries()) mask.fill(1n, i * total, i * total + position + 1);
    feeds[io.attentionMask] = new ort.Tensor("int64", mask, [slots.length, total]);
  }
  if (io.positionIds !== null) {
    const ids = BigInt64Array.from(slots, (slot) => BigInt(slot.position));
    feeds[io.positionIds] = new ort.Tensor("int64", ids, [slots.length, 1]);
  }
  if (io.output.kind === "logits" && io.output.rows !== null) {
    const rows = new BigInt64Array(logits ? 1 : 0);
    feeds[io.output.rows] = new ort.Tensor("int64", rows, [rows.length]);
  }
  return feeds;
}

function rowsTensor(ort: Ort, plan: ShardPlan, slots: readonly SlotRow[]): OrtTensor {
  if (plan.io.input.kind === "tokens") {
    const ids = BigInt64Array.from(slots, ({ input }) => BigInt(input?.kind === "tokens" ? (input.ids[0] ?? 0) : 0));
    return new ort.Tensor("int64", ids, [slots.length, 1]);
  }
  const width = plan.manifest.architecture.hiddenSize;
  const dims = [slots.length, 1, width];
  const values =
    plan.activation === "f32" ? new Float32Array(slots.length * width) : new Uint16Array(slots.length * width);
  for (const [i, { input }] of slots.entries()) if (input?.kind === "hidden") values.set(input.values, i * width);
  return values instanceof Float32Array
    ? new ort.Tensor("float32", values, dims)
    : new ort.Tensor("float16", values, dims);
}
