import type { AnswerStats } from "@potluck/donor";
import type { Words } from "../i18n/create-words.ts";

type Repairs = AnswerStats["repairs"];

/** In the order in which they are told. */
const deeds = [
  "left",
  "slow",
  "silent",
  "gone",
  "unreachable",
  "failed",
  "stuck",
] as const satisfies readonly Repairs[number]["lost"][number]["why"][];

/**
 * `2 tabs left and 1 tab fell silent, repaired in 1.2 s`; null when nothing befell the answer. The time is how long the text
 * stood still: until a loss was noticed, and from then until the next token.
 */
export function describeRepairs(repairs: Repairs, t: Words): string | null {
  if (repairs.length === 0) return null;
  const whys = repairs.flatMap((repair) => repair.lost.map((lost) => lost.why));
  const told = deeds.flatMap((deed) => {
    const count = whys.filter((each) => each === deed).length;
    return count === 0 ? [] : [t(`chat:repairs.${deed}`, { count })];
  });
  const what = told.length === 0 ? [t("chat:repairs.again")] : told;
  const pauseMs = sum(repairs.map((repair) => repair.detectMs + repair.resumeMs));
  const waitedMs = sum(repairs.map((repair) => repair.waitedMs));
  // Waiting is the swarm's lack of donors, repairing is work: told apart where the difference can be felt.
  if (waitedMs < 1000) return t("chat:repairs.repaired", { what, ms: pauseMs });
  return t("chat:repairs.waited", { what, waitedMs, ms: Math.max(0, pauseMs - waitedMs) });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
