import { expect, test } from "vitest";
import type { LoadProgress } from "@potluck/donor";
import type { Stage } from "./chat.ts";
import { describeStage } from "./describe-stage.ts";

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
      position: 1,
      reason: {
        kind: "layers-missing",
        missing: [
          { from: 0, to: 1 },
          { from: 4, to: 6 },
          { from: 8, to: 12 },
        ],
      },
    },
    "Waiting for a donor for layer 0, layers 4–5 and layers 8–11 · next in line",
  ],
  [{ kind: "queued", position: 3, reason: { kind: "all-busy" } }, "Waiting: all donors are busy · 3rd in line"],
  [{ kind: "connecting", tabs: 3 }, "Connecting to 3 tabs"],
  [{ kind: "reading", promptTokens: 24 }, "Reading the prompt (24 tokens)"],
  [{ kind: "loading", progress }, "Loading the model into this tab: 3.4 MB of 10.9 MB · 640 kB/s"],
  [{ kind: "loading", progress: { ...progress, stage: "check" } }, "Checking that the model computes correctly here"],
];

test.each(cases)("WB2 %o is told as: %s", (stage, words) => {
  expect(describeStage(stage)).toBe(words);
});
