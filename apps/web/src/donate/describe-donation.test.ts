import type { DonationState } from "@potluck/donor";
import { expect, test } from "vitest";
import { wholeWords } from "../../test/whole-words.ts";
import { demoModel } from "../tab/fake-scenarios.ts";
import { describeDonation, describeSlow, donationWord } from "./describe-donation.ts";

const { t } = wholeWords();
const segment = { modelId: demoModel.id, from: 4, to: 8 };
const progress = { stage: "download", doneBytes: 1, totalBytes: 2, cachedBytes: 0, bytesPerSecond: 0 } as const;
const stats = {
  tokensServed: 9,
  sessions: 3,
  answering: 2,
  standingBy: 1,
  peers: 3,
  stepMs: 7.4,
  rttMs: null,
  slow: null,
};
const idle = { ...stats, answering: 0 };
const cases: readonly [Exclude<DonationState, { kind: "error" }>, string, string][] = [
  [{ kind: "idle" }, "idle", "Not donating."],
  [{ kind: "joining" }, "loading", "Asking the coordinator which layers are needed most."],
  [{ kind: "loading", segment, progress }, "loading", "Loading layers 4–7."],
  [{ kind: "ready", segment, stats }, "ready", "Ready: this tab holds layers 4–7. Keep it open."],
  [{ kind: "serving", segment, stats }, "serving", "Serving 2 chats with layers 4–7."],
  [{ kind: "serving", segment, stats: idle }, "serving", "Keeping 3 chats ready with layers 4–7."],
  [{ kind: "paused", segment, stats, reasons: [] }, "paused", "Paused: this tab keeps layers 4–7."],
  [{ kind: "waiting-for-rules", reasons: [] }, "waiting-for-rules", "Not loading yet."],
  [
    { kind: "waiting-for-tab", held: [segment] },
    "waiting-for-tab",
    "Another window of this browser holds the layers that this one could take.",
  ],
  [
    { kind: "handing-over", segment, stats },
    "handing-over",
    "Stopping: running answers are handed to other tabs where there are any.",
  ],
  [
    { kind: "handing-over", segment, stats: idle },
    "handing-over",
    "Stopping: no answer runs here. The chats kept ready go to other tabs where there are any.",
  ],
  [
    { kind: "finishing", segment, stats },
    "finishing",
    "Stopping after the answers that run now. It takes no new chats.",
  ],
];

test.each([
  ["hidden", "This tab is hidden and slow, so it only stands by. Open it in a window of its own to help again."],
  ["busy", "This device is busy, so this tab only stands by until it keeps up again."],
] as const)("WB32 a tab that is %s and slow says that it only stands by", (slow, words) => {
  expect(describeSlow(slow, t)).toBe(words);
});

test.each(cases)("WB11 %o is the state %s: %s", (state, word, words) => {
  expect(donationWord(state)).toBe(word);
  expect(describeDonation(state, t)).toBe(words);
});
