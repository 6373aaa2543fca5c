import type { ShardPlan } from "@potluck/model";
import type { Activations, BackendShard, RowsIn } from "../backend/backend.ts";
import { narrow, widen } from "../half/half.ts";
import { EngineError } from "../shard-runner.ts";

/**
 * Runs the manifest's known prompt through the shard and compares what comes out at its output boundary. `answers` is the
 * side file as {@link ShardPlan.manifest.knownAnswers} lays it out. Throws `known-answer` when any value is off by more
 * than the tolerance. Frees the cache that it used.
 */
export async function checkKnownAnswer(shard: BackendShard, plan: ShardPlan, answers: Uint8Array): Promise<void> {
  const { knownAnswers, architecture } = plan.manifest;
  const { hiddenSize, layerCount, vocabSize } = architecture;
  const promptTokens = knownAnswers.promptIds.length;
  const expectedBytes = 4 * ((layerCount + 1) * promptTokens * hiddenSize + vocabSize);
  if (answers.byteLength !== expectedBytes)
    throw new EngineError("known-answer", `The known answers have ${answers.byteLength} bytes, not ${expectedBytes}.`);
  const floats = new Float32Array(answers.slice().buffer);
  const boundary = (index: number): Float32Array =>
    floats.subarray(index * promptTokens * hiddenSize, (index + 1) * promptTokens * hiddenSize);

  const cache = await shard.openCache(promptTokens);
  try {
    for (let from = 0; from < promptTokens; from += shard.maxChunk) {
      const to = Math.min(promptTokens, from + shard.maxChunk);
      const rows = boundary(plan.range.from).subarray(from * hiddenSize, to * hiddenSize);
      const input: RowsIn =
        plan.io.input.kind === "tokens"
          ? { kind: "tokens", ids: Int32Array.from(knownAnswers.promptIds.slice(from, to)) }
          : { kind: "hidden", values: plan.activation === "f32" ? rows : narrow(rows) };
      const { values } = await shard.run(cache, {
        position: from,
        count: to - from,
        input,
        // Of the last row alone; the file has no others.
        logitsFrom: to === promptTokens ? to - from - 1 : null,
      });
      if (plan.io.output.kind === "hidden") {
        const want = boundary(plan.range.to).subarray(from * hiddenSize, to * hiddenSize);
        compare(values, want, hiddenSize, knownAnswers.tolerance, plan);
      } else if (to === promptTokens)
        compare(values, floats.subarray(floats.length - vocabSize), vocabSize, knownAnswers.tolerance, plan);
    }
  } finally {
    cache.close();
  }
}

function compare(got: Activations, want: Float32Array, width: number, tolerance: number, plan: ShardPlan): void {
  const error = largestError(got instanceof Float32Array ? got : widen(got), want, width);
  if (!(error <= tolerance))
    throw new EngineError(
      "known-answer",
      `Layers ${plan.range.from} to ${plan.range.to - 1} of ${plan.manifest.name} come out wrong on this device (off by ${error.toPrecision(2)}, allowed ${tolerance}). Try another browser or the CPU.`,
    );
}

/** Largest |got - want| / (rms of want's row + 1); NaN when any value is not a number. */
export function largestError(got: Float32Array, want: Float32Array, width: number): number {
  if (got.length !== want.length) return Number.NaN;
  let worst = 0;
  for (let at = 0; at < want.length; at += width) {
    const row = want.subarray(at, at + width);
    const scale = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / row.length) + 1;
    for (let i = 0; i < row.length; i++) {
      const error = Math.abs((got[at + i] as number) - (row[i] as number)) / scale;
      if (!(error <= worst)) worst = error;
      if (Number.isNaN(error)) return error;
    }
  }
  return worst;
}
