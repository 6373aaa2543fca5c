import type { SampleRequest } from "../shard-runner.ts";
import { applyRepetitionPenalty } from "./repetition-penalty.ts";
import { argmax } from "./argmax.ts";
import { keepMinP, keepTopK, keepTopP, type Candidate } from "./keep.ts";
import { uniformAt } from "./philox.ts";

/**
 * Picks a token id from logits `[vocabSize]`, which stay as they are. The steps come in the order in which Hugging Face
 * transformers applies them: repetition penalty, temperature, top-k, top-p, min-p. `topK` 0, `topP` 1 and `minP` 0 switch
 * a step off; temperature 0 is greedy, the first index winning ties.
 */
export function sample(logits: Float32Array, request: SampleRequest): number {
  const scores = applyRepetitionPenalty(logits, request.penalised, request.repetitionPenalty);
  const best = argmax(scores);
  if (request.temperature === 0) return best;
  const highest = scores[best] as number;
  // Weights relative to the most likely token, so that nothing overflows and min-p is a plain comparison.
  let kept: Candidate[] = [];
  for (let id = 0; id < scores.length; id++) {
    const weight = Math.exp(((scores[id] as number) - highest) / request.temperature);
    if (weight > 0) kept.push({ id, weight });
  }
  kept = keepTopK(kept, request.topK);
  kept = keepTopP(kept, request.topP);
  kept = keepMinP(kept, request.minP);
  return pick(kept, uniformAt(request.seed, request.position)) ?? best;
}

/** The candidate in whose share of the total weight `u` of [0, 1) falls. */
function pick(kept: readonly Candidate[], u: number): number | undefined {
  let left = u * kept.reduce((sum, candidate) => sum + candidate.weight, 0);
  for (const candidate of kept) {
    left -= candidate.weight;
    if (left < 0) return candidate.id;
  }
  return kept.at(-1)?.id;
}
