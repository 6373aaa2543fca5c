import type { AnswerStats } from "@potluck/donor";
import type { TabId } from "@potluck/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { demoModel } from "../tab/fake-scenarios.ts";
import { fakeStats } from "../tab/fake-tab.ts";
import type { AnswerState } from "./answer.ts";
import type { Conversation, Exchange } from "./conversation.ts";
import { chatRecord, cutOff, readChat } from "./kept-chat.ts";
import { defaultSettings } from "./settings-schema.ts";

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
const exchange = (n: number, state: AnswerState, text = "I am Swarm Demo."): Exchange => ({
  key: `key-${n}`,
  parent: n === 1 ? null : `key-${n - 1}`,
  asked: `key-${n}`,
  question: "Who are you?",
  askedAtMs: n,
  answer: {
    text,
    ids: [3, 1, 4],
    model: { id: demoModel.id, name: demoModel.name },
    where: "swarm",
    seed: 7,
    round: 0,
    state,
  },
});
const done: AnswerState = { kind: "done", end: "stop-token", stats: repaired };
const failed: AnswerState = { kind: "failed", problem: cutOff };
const chat = (...exchanges: readonly Exchange[]): Conversation => ({
  id: "chat",
  title: "My chat",
  pinned: true,
  createdAtMs: 1,
  usedAtMs: 9,
  exchanges,
  head: exchanges.at(-1)?.key ?? null,
  settings: { ...defaultSettings, system: "Be short." },
  draft: "half",
  waiting: ["more"],
  changed: { title: 3, draft: 9 },
});
const stored = (conversation: Conversation): { exchanges: object[] } =>
  structuredClone(chatRecord(conversation)) as { exchanges: object[] };

test("WB29 WB35 a chat reads back as it was written", () => {
  const written = chat(
    exchange(1, done),
    exchange(2, failed),
    exchange(3, { kind: "done", end: "stopped", stats: null }),
  );
  expect(readChat(stored(written))).toEqual(written);
});

test("WB35 WB61 a problem is read back with what names it in other languages, or in its own words alone", () => {
  const problem = { ...cutOff, id: "contextFull", values: { promptTokens: 2100, maxPositions: 2048 } };
  const written = chat(exchange(1, { kind: "failed", problem }));
  expect(readChat(stored(written))).toEqual(written);
  const { code, what, advice } = cutOff;
  const odd = { ...cutOff, id: 7, values: { lost: [] } } as unknown as typeof cutOff;
  const read = readChat(stored(chat(exchange(1, { kind: "failed", problem: odd }))));
  expect(read?.exchanges[0]?.answer.state).toEqual({ kind: "failed", problem: { code, what, advice } });
});

test("WB30 an answer in progress is picked up again, whatever it was doing", () => {
  const read = readChat(stored(chat(exchange(1, { kind: "streaming", stage: { kind: "writing" } }))));
  expect(read?.exchanges[0]?.answer.state).toEqual({ kind: "streaming", stage: { kind: "resuming" } });
});

test("WB29 an exchange that is not valid is left out with what follows it, and the shown path ends at one that is there", () => {
  const record = stored(chat(exchange(1, done), exchange(2, done), exchange(3, done)));
  record.exchanges[1] = { answer: { text: 7 } };
  expect(readChat(record)).toMatchObject({ exchanges: [{ key: "key-1" }], head: "key-1" });
});

test("WB29 figures, tokens and settings that are not valid cost only themselves", () => {
  const record = stored(chat(exchange(1, done)));
  Object.assign(record, { settings: { temperature: "hot", system: "Be short." } });
  const [first] = record.exchanges as { answer: object }[];
  Object.assign(first?.answer ?? {}, { ids: ["x"], state: { ...done, stats: { tabs: "many" } } });
  const read = readChat(record);
  expect(read?.settings).toMatchObject({ temperature: defaultSettings.temperature, system: "Be short." });
  expect(read?.exchanges[0]?.answer).toMatchObject({ text: "I am Swarm Demo.", ids: [], state: { stats: null } });
});

test("WB29 parents that go round in a circle are left out", () => {
  const record = stored(chat(exchange(1, done), exchange(2, done)));
  Object.assign(record.exchanges[0] ?? {}, { parent: "key-2" });
  expect(readChat(record)).toMatchObject({ exchanges: [], head: null });
});

test("WB29 whatever the storage holds, it reads as a chat or as none", () => {
  fc.assert(
    fc.property(fc.anything(), (record) => {
      expect(readChat(record)).toBeNull();
    }),
  );
  const broken = fc.record({ exchanges: fc.array(fc.anything()), head: fc.option(fc.string()), title: fc.anything() });
  fc.assert(
    fc.property(broken, (changes) => {
      expect(readChat({ ...chatRecord(chat()), ...changes })?.exchanges).toEqual([]);
    }),
  );
});
