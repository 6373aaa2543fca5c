import type { AnswerToken } from "@potluck/pipeline";
import type { LapTimes, Route } from "@potluck/protocol";
import type { AnswerStats } from "./asker.ts";

/** Measures one answer while it comes. */
export interface AnswerMeter {
  token(token: AnswerToken): void;
  stats(): AnswerStats;
}

export function createAnswerMeter(
  route: Route,
  prompt: { readonly tokens: number; readonly reused: number },
  now: () => number,
): AnswerMeter {
  const startMs = now();
  let firstMs = startMs;
  let lastMs = startMs;
  let count = 0;
  let sum: LapTimes = { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 };
  return {
    token({ lap }) {
      lastMs = now();
      if (count === 0) firstMs = lastMs;
      else {
        sum = {
          computeUs: sum.computeUs + lap.computeUs,
          readBackUs: sum.readBackUs + lap.readBackUs,
          encodeUs: sum.encodeUs + lap.encodeUs,
          waitUs: sum.waitUs + lap.waitUs,
        };
      }
      count += 1;
    },
    stats: () => ({
      tabs: new Set(route.hops.map((hop) => hop.tab)).size,
      hops: route.hops.map((hop) => hop.range),
      promptTokens: prompt.tokens,
      reusedTokens: prompt.reused,
      answerTokens: count,
      firstTokenMs: firstMs - startMs,
      tokensPerSecond: count > 1 && lastMs > firstMs ? ((count - 1) * 1000) / (lastMs - firstMs) : null,
      laps: { count: Math.max(0, count - 1), totalUs: (lastMs - firstMs) * 1000, times: sum },
    }),
  };
}
