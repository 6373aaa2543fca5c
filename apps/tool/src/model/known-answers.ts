import { narrow, widen } from "@potluck/engine";
import { type Part, type PartPlan, planPart } from "@potluck/model";
import type { ByteSource, ComputedAnswers, ManifestDraft } from "@potluck/model/read";
import * as ort from "onnxruntime-web";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

/** Long enough for every position's mask to matter, short enough to check in a moment. */
const promptTokens = 8;
/**
 * Share of a row's size that a device may be off by. Measured on the demo model's CPU graphs, over ranges of 3 to 12
 * layers: f32 repeats exactly, and noise of an f16's last bit on its input moves it by 3.0e-3; f16 differs by
 * 1.2e-2 with the places where it is rounded. The rest is margin for GPUs, which were not measured.
 */
const tolerances = { f32: 0.02, f16: 0.08 } as const;

/** A fixed prompt spread over the vocabulary, the same for every export of a model. */
function knownPrompt(vocabSize: number): number[] {
  return Array.from({ length: promptTokens }, (_, i) => (1 + i * 509) % Math.min(vocabSize, 4096));
}

/**
 * Hidden states of the known prompt at every boundary and the last position's logits, on the CPU. Parts are loaded one
 * after the other, so that memory holds one layer. Throws when the runtime lacks a kernel for the export.
 */
export async function computeKnownAnswers(
  draft: ManifestDraft,
  skeleton: Uint8Array,
  source: ByteSource,
): Promise<ComputedAnswers> {
  const { layerCount, vocabSize, activation } = draft.architecture;
  const promptIds = knownPrompt(vocabSize);
  const parts: Part[] = [
    { from: 0, to: 0, embedding: true, head: false },
    ...draft.layers.map((_, i) => ({ from: i, to: i + 1, embedding: false, head: false })),
    { from: layerCount, to: layerCount, embedding: false, head: true },
  ];
  const rows: Float32Array[] = [];
  for (const part of parts) {
    const plan = planPart(draft, skeleton, part);
    const input = rows.at(-1) ?? Float32Array.from(promptIds);
    rows.push(await runPart(plan, await readWeights(draft, source, plan), input, promptIds.length));
  }
  const values = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of rows) {
    values.set(row, at);
    at += row.length;
  }
  return { promptIds, values, tolerance: tolerances[activation] };
}

async function readWeights(draft: ManifestDraft, source: ByteSource, plan: PartPlan): Promise<Uint8Array> {
  const bytes = new Uint8Array(plan.weightBytes);
  for (const { tensor, at } of plan.weights) {
    const path = draft.files[tensor.file]?.path ?? "";
    bytes.set(await source.read(path, tensor.offset, tensor.lengthBytes), at);
  }
  return bytes;
}

/** One run over an empty cache. `input` holds token ids or `[count, width]` hidden states. */
async function runPart(plan: PartPlan, weights: Uint8Array, input: Float32Array, count: number): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(plan.graph, {
    executionProviders: ["wasm"],
    ...(plan.weightBytes > 0 ? { externalData: [{ path: plan.weightsPath, data: weights }] } : {}),
  });
  try {
    const { io } = plan;
    const feeds: Record<string, ort.Tensor> = {
      [io.input.name]:
        io.input.kind === "tokens"
          ? int64([...input], [1, count])
          : floats(plan.activation, input, [1, count, input.length / count]),
    };
    if (io.attentionMask !== null) feeds[io.attentionMask] = int64(Array<number>(count).fill(1), [1, count]);
    if (io.lengths !== null) {
      feeds[io.lengths.last] = new ort.Tensor("int32", Int32Array.of(count - 1), [1]);
      feeds[io.lengths.total] = new ort.Tensor("int32", Int32Array.of(count), []);
    }
    if (io.positionIds !== null) feeds[io.positionIds] = int64([...Array<number>(count).keys()], [1, count]);
    if (io.output.kind === "logits" && io.output.rows !== null) feeds[io.output.rows] = int64([count - 1], [1]);
    for (const layer of io.kv) {
      const empty = (): ort.Tensor => floats(layer.dtype, new Float32Array(0), [1, layer.kvHeads, 0, layer.headDim]);
      feeds[layer.pastKey] = empty();
      feeds[layer.pastValue] = empty();
    }
    const result = (await session.run(feeds, [io.output.name]))[io.output.name];
    const data: unknown = result?.data;
    if (data instanceof Float32Array) return data.slice();
    if (data instanceof Uint16Array) return widen(data);
    throw new TypeError(`The runtime gave ${result?.type ?? "nothing"} where hidden states were expected.`);
  } finally {
    await session.release();
  }
}

function int64(values: readonly number[], dims: readonly number[]): ort.Tensor {
  return new ort.Tensor("int64", BigInt64Array.from(values, BigInt), dims);
}

function floats(dtype: "f32" | "f16", values: Float32Array, dims: readonly number[]): ort.Tensor {
  return dtype === "f32" ? new ort.Tensor("float32", values, dims) : new ort.Tensor("float16", narrow(values), dims);
}
