import { expect, test } from "vitest";
import type { LoadProgress } from "@potluck/donor";
import type { Stage } from "../conversation/answer.ts";
import { createWords } from "../i18n/create-words.ts";
import { announceStage, describeStage } from "./describe-stage.ts";

const { t } = createWords();
const progress: LoadProgress = {
  stage: "download",
  doneBytes: 3_400_000,
  totalBytes: 10_900_000,
  cachedBytes: 0,
  bytesPerSecond: 640_000,
};
const cases: readonly [Stage, string][] = [
  [{ kind: "starting" }, "Asking the swarm for a way through"],
  [
    { kind: "queued", position: 2, reason: { kind: "layers-missing", missing: [{ from: 8, to: 12 }] } },
    "Waiting for a donor for layers 8–11 · 2nd in line",
  ],
  [
    {
      kind: "queued",
      position: 3,
      reason: {
        kind: "layers-missing",
        missing: [
          { from: 0, to: 1 },
          { from: 4, to: 6 },
          { from: 8, to: 12 },
        ],
      },
    },
    "Waiting for a donor for layer 0, layers 4–5, and layers 8–11 · 3rd in line",
  ],
  [{ kind: "queued", position: 3, reason: { kind: "all-busy" } }, "Waiting: all donors are busy · 3rd in line"],
  [{ kind: "connecting", tabs: 3 }, "Connecting to 3 tabs"],
  [{ kind: "reading", promptTokens: 24 }, "Reading the prompt (24 tokens)"],
  [{ kind: "resuming" }, "Picking the answer up again"],
  [{ kind: "sharing" }, "Another window of this browser is using this model. It is loaded here after that."],
  [{ kind: "loading", progress }, "Loading the model into this tab: 3.4 MB of 10.9 MB · 640 kB/s"],
  [{ kind: "loading", progress: { ...progress, stage: "check" } }, "Checking that the model computes correctly here"],
];

test.each(cases)("WB2 %o is told as: %s", (stage, words) => {
  expect(describeStage(stage, t)).toBe(words);
});

const repairs: readonly [Stage, string][] = [
  [
    { kind: "repairing", lost: [{ from: 2, to: 7 }], done: 120, total: 340 },
    "A tab left. Another takes over layers 2–6 · 120 of 340 positions",
  ],
  [
    {
      kind: "repairing",
      lost: [
        { from: 2, to: 7 },
        { from: 9, to: 10 },
      ],
      done: 0,
      total: 0,
    },
    "2 tabs left. Others take over layers 2–6 and layer 9",
  ],
  [
    { kind: "repairing", lost: [], done: 0, total: 12 },
    "Its tabs take the answer up where they left it · 0 of 12 positions",
  ],
  [
    { kind: "waiting", missing: [{ from: 8, to: 16 }] },
    "Waiting for a donor for layers 8–15. The answer goes on by itself.",
  ],
];

test.each(repairs)("WB26 %o is told as: %s", (stage, words) => {
  expect(describeStage(stage, t)).toBe(words);
});

test("WB27 what is read aloud says what keeps the answer, the same at every position", () => {
  const at = (doneSoFar: number): Stage => ({
    kind: "repairing",
    lost: [{ from: 2, to: 7 }],
    done: doneSoFar,
    total: 340,
  });
  expect(announceStage(at(0), t)).toBe("A tab left. Another takes over layers 2–6.");
  expect(announceStage(at(120), t)).toBe(announceStage(at(0), t));
  expect(announceStage({ kind: "waiting", missing: [{ from: 8, to: 16 }] }, t)).toBe(
    "Waiting for a donor for layers 8–15. The answer goes on by itself.",
  );
  expect(announceStage({ kind: "queued", position: 2, reason: { kind: "all-busy" }, waitMs: 90_000 }, t)).toBe(
    "Waiting: all donors are busy.",
  );
  expect(announceStage({ kind: "sharing" }, t)).toBe(describeStage({ kind: "sharing" }, t));
  expect(announceStage({ kind: "writing" }, t)).toBe("");
});
