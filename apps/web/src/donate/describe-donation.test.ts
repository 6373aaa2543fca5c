import type { DonationState } from "@potluck/donor";
import { expect, test } from "vitest";
import { demoModel } from "../tab/fake-scenarios.ts";
import { describeDonation, donationWord } from "./describe-donation.ts";

const segment = { modelId: demoModel.id, from: 4, to: 8 };
const progress = { stage: "download", doneBytes: 1, totalBytes: 2, cachedBytes: 0, bytesPerSecond: 0 } as const;
const stats = { tokensServed: 9, sessions: 2, peers: 3, stepMs: 7.4 };
const cases: readonly [DonationState, string, string][] = [
  [{ kind: "idle" }, "idle", "Not donating."],
  [{ kind: "joining" }, "loading", "Asking the coordinator which layers are needed most."],
  [{ kind: "loading", segment, progress }, "loading", "Loading layers 4–7."],
  [{ kind: "ready", segment, stats }, "ready", "Ready: this tab holds layers 4–7. Keep it open."],
  [{ kind: "serving", segment, stats }, "serving", "Serving 2 chats with layers 4–7."],
  [
    { kind: "error", problem: { code: "device-lost", what: "The GPU is gone.", advice: "Start again." } },
    "error",
    "The GPU is gone.",
  ],
];

test.each(cases)("WB11 %o is the state %s: %s", (state, word, words) => {
  expect(donationWord(state)).toBe(word);
  expect(describeDonation(state)).toBe(words);
});
