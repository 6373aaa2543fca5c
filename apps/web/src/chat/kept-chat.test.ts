import type { AnswerStats } from "@potluck/donor";
import type { TabId } from "@potluck/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fakeStats } from "../tab/fake-tab.ts";
import type { AnswerState, Exchange } from "./chat.ts";
import { chatRecord, cutOff, keptChars, readChat, savedAt } from "./kept-chat.ts";

const repaired: AnswerStats = {
  ...fakeStats,
  repairs: [
    {
      lost: [{ tab: "0123456789abcdef0123456789abcdef" as TabId, range: { from: 0, to: 4 }, why: "silent" }],
      detectMs: 1900.5,
      resumeMs: 300,
      recomputed: 24,
      waitedMs: 0,
    },
  ],
};
const exchange = (id: number, state: AnswerState, text = "I am Swarm Demo."): Exchange => ({
  id,
  key: `key-${id}`,
  question: "Who are you?",
  answer: { text, where: "swarm", seed: 7, state },
});
const done: AnswerState = { kind: "done", end: "stop-token", stats: repaired };
const failed: AnswerState = { kind: "failed", problem: cutOff };
const writing: AnswerState = { kind: "streaming", stage: { kind: "writing" } };
const stored = (record: unknown): unknown => structuredClone(record);

test("WB29 a chat reads back as it was written", () => {
  const chat = [exchange(1, done), exchange(2, failed), exchange(3, { kind: "done", end: "stopped", stats: null })];
  expect(readChat(stored(chatRecord(chat, 5)))).toEqual(chat);
  expect(savedAt(stored(chatRecord(chat, 5)))).toBe(5);
});

test("WB30 an answer in progress is picked up again if it is the last one, else it broke off", () => {
  const read = readChat(stored(chatRecord([exchange(1, writing), exchange(2, writing)], 5)));
  expect(read.map((each) => each.answer.state)).toEqual([
    { kind: "failed", problem: cutOff },
    { kind: "streaming", stage: { kind: "resuming" } },
  ]);
});

test("WB29 an exchange that is not valid is left out alone, and figures that are not valid cost only themselves", () => {
  const chat = [exchange(1, done), exchange(2, done), exchange(3, done)];
  const record = structuredClone(chatRecord(chat, 5)) as { exchanges: { answer: object }[] };
  record.exchanges[0] = { answer: { text: 7 } };
  Object.assign(record.exchanges[1] ?? {}, { id: 3 });
  Object.assign(record.exchanges[1]?.answer ?? {}, { state: { ...done, stats: { tabs: "many" } } });
  expect(readChat(record)).toEqual([
    { ...exchange(3, { kind: "done", end: "stop-token", stats: null }), key: "key-2" },
  ]);
});

test("WB29 figures of a version that did not know of answers carried on are of a whole one", () => {
  const record = structuredClone(chatRecord([exchange(1, done)], 5)) as {
    exchanges: { answer: { state: { stats: { knownTokens?: number } } } }[];
  };
  delete record.exchanges[0]?.answer.state.stats.knownTokens;
  expect(readChat(record)).toEqual([exchange(1, done)]);
});

test("WB29 whatever the storage holds, it reads as a chat or as none", () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.record({ version: fc.constant(1), savedAtMs: fc.nat(), exchanges: fc.array(fc.anything()) }),
  );
  fc.assert(
    fc.property(anything, (record) => {
      expect(readChat(record)).toEqual([]);
    }),
  );
});

test("WB29 a chat too long to keep loses its oldest exchanges", () => {
  const long = "x".repeat(keptChars / 4);
  const chat = [1, 2, 3, 4, 5].map((id) => exchange(id, done, long));
  expect(readChat(stored(chatRecord(chat, 5))).map((each) => each.id)).toEqual([3, 4, 5]);
});
