import type { AnswerToken, RepairRecord } from "@potluck/pipeline";
import type { LapTimes, Route } from "@potluck/protocol";
import type { AnswerStats } from "./asker.ts";

/** Measures one answer while it comes. */
export interface AnswerMeter {
  token(token: AnswerToken): void;
  stats(): AnswerStats;
}

/** What is measured, as it stands when asked: a repair changes both. */
export interface Measured {
  readonly route: Route;
  readonly repairs: readonly RepairRecord[];
}

/** `known`: tokens of the answer that were there before, when it is carried on. */
export function createAnswerMeter(
  session: Measured,
  prompt: { readonly tokens: number; readonly reused: number; readonly known: number },
  now: () => number,
  legs: () => readonly (number | null)[],
): AnswerMeter {
  const startMs = now();
  const earlierRepairs = session.repairs.length;
  let firstMs = startMs;
  let lastMs = startMs;
  let count = 0;
  let kept = 0;
  let sum: LapTimes = { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 };
  return {
    token({ lap, drafted }) {
      lastMs = now();
      if (drafted) kept += 1;
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
    stats() {
      const { hops } = session.route;
      const repairs = session.repairs.slice(earlierRepairs);
      const lost = repairs.flatMap((repair) => repair.lost.map(({ tab }) => tab));
      return {
        tabs: new Set([...hops.map(({ tab }) => tab), ...lost]).size,
        hops: hops.map(({ range }) => range),
        promptTokens: prompt.tokens,
        reusedTokens: prompt.reused,
        answerTokens: prompt.known + count,
        knownTokens: prompt.known,
        firstTokenMs: firstMs - startMs,
        tokensPerSecond: count > 1 && lastMs > firstMs ? ((count - 1) * 1000) / (lastMs - firstMs) : null,
        repairs,
        legsMs: legs(),
        speculation: { drafted: null, kept },
        laps: { count: Math.max(0, count - 1), totalUs: (lastMs - firstMs) * 1000, times: sum },
      };
    },
  };
}
