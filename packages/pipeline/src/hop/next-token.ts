import type { SampleRequest } from "@potluck/engine";
import type { EndReason, Turn } from "@potluck/protocol";
import type { SampledToken } from "./hop-session.ts";

/** How the last hop draws the token for `position`. `sampled` are tokens of the answer that the turn does not list yet. */
export function sampleRequest(turn: Turn, position: number, sampled: readonly SampledToken[]): SampleRequest {
  const { sampling } = turn;
  return {
    ...sampling,
    position,
    // Most answers have no penalty, and need not pay for a list that grows with every token.
    penalised: sampling.repetitionPenalty === 1 ? [] : [...turn.penalised, ...sampled.map(({ id }) => id)],
  };
}

/**
 * PL5: why the answer ends with the token `id` sampled for `position`, or null. `contextTokens` positions are reserved, so
 * the token at position `contextTokens` could not be run.
 */
export function endOf(turn: Turn, position: number, id: number, contextTokens: number): EndReason | null {
  if (turn.stopTokens.includes(id)) return "stop-token";
  if (position + 1 - turn.promptTokens >= turn.maxNewTokens) return "length";
  if (position >= contextTokens) return "context-full";
  return null;
}
