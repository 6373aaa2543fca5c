import type { AnswerStats } from "@potluck/donor";
import { count, formatDuration } from "../ui/format.ts";

type Repairs = AnswerStats["repairs"];
type LostWhy = Repairs[number]["lost"][number]["why"];

/** What a lost tab did, for one and for several. */
const deeds: Readonly<Record<LostWhy, readonly [string, string]>> = {
  left: ["left", "left"],
  slow: ["was slow", "were slow"],
  silent: ["fell silent", "fell silent"],
  gone: ["vanished", "vanished"],
  unreachable: ["was out of reach", "were out of reach"],
  failed: ["failed", "failed"],
  stuck: ["got stuck", "got stuck"],
};

/**
 * `2 tabs left and 1 fell silent, repaired in 1.2 s`; null when nothing befell the answer. The time is how long the text stood
 * still: until a loss was noticed, and from then until the next token.
 */
export function describeRepairs(repairs: Repairs): string | null {
  if (repairs.length === 0) return null;
  const whys = repairs.flatMap((repair) => repair.lost.map((lost) => lost.why));
  const losses = (Object.keys(deeds) as LostWhy[]).flatMap((why) => {
    const n = whys.filter((each) => each === why).length;
    return n === 0 ? [] : [{ n, deed: deeds[why][n === 1 ? 0 : 1] }];
  });
  const told = losses.map(({ n, deed }, i) => `${i === 0 ? count(n, "tab") : n} ${deed}`);
  const what = told.length === 0 ? "its tabs started again" : joined(told);
  const pauseMs = sum(repairs.map((repair) => repair.detectMs + repair.resumeMs));
  const waitedMs = sum(repairs.map((repair) => repair.waitedMs));
  // Waiting is the swarm's lack of donors, repairing is work: told apart where the difference can be felt.
  if (waitedMs < 1000) return `${what}, repaired in ${formatDuration(pauseMs)}`;
  return `${what}, waited ${formatDuration(waitedMs)} for a donor, repaired in ${formatDuration(Math.max(0, pauseMs - waitedMs))}`;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

function joined(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
