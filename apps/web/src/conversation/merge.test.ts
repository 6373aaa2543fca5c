import fc from "fast-check";
import { expect, test } from "vitest";
import type { AnswerState } from "./answer.ts";
import type { Conversation, Exchange } from "./conversation.ts";
import { chatRecord, readChat } from "./kept-chat.ts";
import { mergeConversations } from "./merge.ts";
import { defaultSettings } from "./settings-schema.ts";

const key = fc.constantFrom("a", "b", "c", "d");
const state: fc.Arbitrary<AnswerState> = fc.constantFrom(
  { kind: "streaming", stage: { kind: "resuming" } },
  { kind: "done", end: "stopped", stats: null },
  { kind: "failed", problem: { code: "internal", what: "Oh.", advice: "Try." } },
);
const exchange: fc.Arbitrary<Exchange> = fc.record({
  key,
  parent: fc.option(key),
  asked: key,
  question: fc.string({ maxLength: 4 }),
  askedAtMs: fc.nat(3),
  answer: fc.record({
    text: fc.string({ maxLength: 3 }),
    ids: fc.array(fc.nat(9), { maxLength: 2 }),
    model: fc.constant(null),
    where: fc.constantFrom("swarm", "this-tab"),
    seed: fc.option(fc.nat(3)),
    round: fc.nat(2),
    state,
  }),
});
const stamp = fc.nat(3);
const conversation: fc.Arbitrary<Conversation> = fc.record({
  id: fc.constant("chat"),
  title: fc.option(fc.string({ maxLength: 2 })),
  pinned: fc.boolean(),
  createdAtMs: fc.nat(5),
  usedAtMs: fc.nat(5),
  exchanges: fc.uniqueArray(exchange, { selector: (each) => each.key, maxLength: 4 }),
  head: fc.option(key),
  settings: fc.record({ temperature: fc.nat(2) }).map((changes) => ({ ...defaultSettings, ...changes })),
  draft: fc.string({ maxLength: 2 }),
  waiting: fc.array(fc.string({ maxLength: 2 }), { maxLength: 2 }),
  changed: fc.record(
    { title: stamp, pinned: stamp, head: stamp, settings: stamp, draft: stamp, waiting: stamp },
    { requiredKeys: [] },
  ),
});
const text = (chat: Conversation): string =>
  JSON.stringify({
    ...chat,
    changed: Object.entries(chat.changed)
      .filter(([, at]) => at > 0)
      .toSorted(([a], [b]) => a.localeCompare(b)),
  });

test("WB42 windows that join the same changes in any order, and however often, come to the same chat", () => {
  fc.assert(
    fc.property(conversation, conversation, conversation, (a, b, c) => {
      const ab = mergeConversations(a, b);
      expect(text(mergeConversations(b, a))).toBe(text(ab));
      expect(text(mergeConversations(ab, b))).toBe(text(ab));
      expect(text(mergeConversations(ab, ab))).toBe(text(ab));
      expect(text(mergeConversations(ab, c))).toBe(text(mergeConversations(a, mergeConversations(b, c))));
    }),
  );
});

test("WB42 no question of either window is lost", () => {
  fc.assert(
    fc.property(conversation, conversation, (a, b) => {
      const keys = mergeConversations(a, b).exchanges.map((each) => each.key);
      expect(new Set(keys)).toEqual(new Set([...a.exchanges, ...b.exchanges].map((each) => each.key)));
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test("WB29 whatever tree was written reads as one in which every path has a beginning", () => {
  fc.assert(
    fc.property(conversation, (chat) => {
      const read = readChat(structuredClone(chatRecord(chat)));
      const keys = new Set(read?.exchanges.map((each) => each.key));
      expect(read?.exchanges.every(({ parent }) => parent === null || keys.has(parent))).toBe(true);
      expect(read?.head === null || keys.has(read?.head ?? "")).toBe(true);
    }),
  );
});
