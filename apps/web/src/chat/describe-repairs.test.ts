import type { AnswerStats } from "@potluck/donor";
import type { TabId } from "@potluck/protocol";
import { expect, test } from "vitest";
import { createWords } from "../i18n/create-words.ts";
import { describeRepairs } from "./describe-repairs.ts";

type Repair = AnswerStats["repairs"][number];
type Why = Repair["lost"][number]["why"];

const repair = (whys: readonly Why[], resumeMs: number, waitedMs = 0, detectMs = 0): Repair => ({
  lost: whys.map((why, i) => ({ tab: `tab-${i}` as TabId, range: { from: i, to: i + 1 }, why })),
  detectMs,
  resumeMs,
  recomputed: 340,
  waitedMs,
});
const cases: readonly [readonly Repair[], string | null][] = [
  [[], null],
  [[repair(["left"], 1200)], "1 tab left, repaired in 1.2 s"],
  [[repair(["silent"], 300)], "1 tab fell silent, repaired in 300 ms"],
  [[repair(["slow", "slow"], 300)], "2 tabs were slow, repaired in 300 ms"],
  [[repair(["left"], 200), repair(["silent", "left"], 700)], "2 tabs left and 1 tab fell silent, repaired in 900 ms"],
  [
    [repair(["unreachable", "gone", "failed"], 900)],
    "1 tab vanished, 1 tab was out of reach, and 1 tab failed, repaired in 900 ms",
  ],
  [[repair(["stuck"], 41_200, 40_000)], "1 tab got stuck, waited 40 s for a donor, repaired in 1.2 s"],
  [[repair(["gone"], 132, 0, 760)], "1 tab vanished, repaired in 892 ms"],
  [[repair(["gone"], 41_000, 40_000, 800)], "1 tab vanished, waited 40 s for a donor, repaired in 1.8 s"],
  [[repair([], 800)], "its tabs started again, repaired in 800 ms"],
];

test.each(cases)("WB28 %o is told as: %s", (repairs, words) => {
  expect(describeRepairs(repairs, createWords().t)).toBe(words);
});
