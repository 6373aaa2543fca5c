import {
  loadWeights,
  memoryPieceStore,
  planPart,
  type ByteSource,
  type Manifest,
  type Part,
  type ShardPlan,
} from "@potluck/model";
import type { Activations, Backend, RowsIn } from "../backend/backend.ts";
import { widen } from "../half/half.ts";

export interface KnownAnswersRequest {
  readonly backend: Backend;
  /** A manifest that lacks only its known answers. */
  readonly draft: Omit<Manifest, "knownAnswers">;
  readonly skeleton: Uint8Array;
  /** The export's files. */
  readonly source: ByteSource;
  /** At most the backend's chunk; without it {@link spreadPrompt}. */
  readonly promptIds?: readonly number[];
}

/** Values as `Manifest.knownAnswers.file` lays them out, and a tolerance for the export's dtype. */
export interface KnownAnswersResult {
  readonly promptIds: readonly number[];
  readonly values: Float32Array;
  readonly tolerance: number;
}

/**
 * Largest error of a sound device. f32: 2e-6 was measured between the CPU and a software GPU over one layer, so this leaves
 * room for other orders of summing over many. f16: no GPU was measured; on the CPU half precision alone moves the demo
 * model's boundaries by 0.03 after one layer, 0.14 after eleven, and the logits by 0.13. A broken driver is off by whole
 * units or gives NaN.
 */
const tolerances = { f32: 2e-3, f16: 0.4 } as const;

/** Runs the known prompt through the model part by part, so that no more than one layer is in memory at a time. */
export async function computeKnownAnswers(request: KnownAnswersRequest): Promise<KnownAnswersResult> {
  const { hiddenSize, layerCount, vocabSize, activation } = request.draft.architecture;
  const promptIds = request.promptIds ?? spreadPrompt(vocabSize);
  const boundaryValues = promptIds.length * hiddenSize;
  const values = new Float32Array((layerCount + 1) * boundaryValues + vocabSize);
  let rows: RowsIn = { kind: "tokens", ids: Int32Array.from(promptIds) };
  let at = 0;
  const parts: Part[] = [
    { from: 0, to: 0, embedding: true, head: false },
    ...Array.from({ length: layerCount }, (_, i) => ({ from: i, to: i + 1, embedding: false, head: false })),
    { from: layerCount, to: layerCount, embedding: false, head: true },
  ];
  for (const part of parts) {
    const output = await runPart(request, part, rows, promptIds.length);
    values.set(output instanceof Float32Array ? output : widen(output), at);
    at += output.length;
    rows = { kind: "hidden", values: output };
  }
  return { promptIds, values, tolerance: tolerances[activation] };
}

async function runPart(request: KnownAnswersRequest, part: Part, input: RowsIn, count: number): Promise<Activations> {
  const none = { file: { path: "", sizeBytes: 0, sha256: "" }, promptIds: [], tolerance: 0 };
  const manifest: Manifest = { ...request.draft, knownAnswers: none };
  const { part: _, ...planned } = planPart(manifest, request.skeleton, part);
  const plan: ShardPlan = { ...planned, manifest, range: part };
  const store = memoryPieceStore({ limitBytes: 0 });
  const shard = await request.backend.open(plan, await loadWeights(plan, { source: request.source, store }));
  try {
    const cache = await shard.openCache(count);
    return (await shard.run(cache, { position: 0, count, input, logitsFrom: count - 1 })).values;
  } finally {
    await shard.close();
  }
}

/** Eight ids spread over the whole vocabulary: a prompt that every model has, whatever its tokenizer. */
function spreadPrompt(vocabSize: number): readonly number[] {
  return Array.from({ length: 8 }, (_, i) => Math.floor(((i + 0.5) * vocabSize) / 8));
}
