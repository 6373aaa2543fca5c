/**
 * The penalised sampling of Keskar and others, "CTRL" (2019): logits of ids that were there already are divided by
 * `penalty` when positive and multiplied when negative, once an id however often it occurred. Ids outside the vocabulary
 * are ignored. Returns `logits` itself when nothing changes, else a copy.
 */
export function applyRepetitionPenalty(
  logits: Float32Array,
  penalised: readonly number[],
  penalty: number,
): Float32Array {
  if (penalty === 1 || penalised.length === 0) return logits;
  const scores = logits.slice();
  for (const id of new Set(penalised)) {
    const logit = scores[id];
    if (logit !== undefined) scores[id] = logit > 0 ? logit / penalty : logit * penalty;
  }
  return scores;
}
