import { expect, test, vi } from "vitest";
import type { Exchange } from "./chat.ts";
import { type ChatKeeper, type ChatStorage, keepChat } from "./keep-chat.ts";
import { readChat } from "./kept-chat.ts";

const exchange = (text: string, kind: "writing" | "stopped" = "writing"): Exchange => ({
  id: 1,
  key: "key-1",
  question: "Who are you?",
  answer: {
    text,
    where: "swarm",
    seed: null,
    state:
      kind === "writing"
        ? { kind: "streaming", stage: { kind: "writing" } }
        : { kind: "done", end: "stopped", stats: null },
  },
});

interface Desk {
  readonly keeper: ChatKeeper;
  readonly records: Map<string, unknown>;
  /** Texts in the order in which they were written. */
  readonly writes: string[];
  nowMs: number;
}

function setUp(change: Partial<ChatStorage> = {}, deadline: AbortSignal = new AbortController().signal): Desk {
  const records = new Map<string, unknown>();
  const storage: ChatStorage = {
    get: async (key) => records.get(key),
    set: async (key, record) => {
      records.set(key, structuredClone(record));
      desk.writes.push(readChat(record)[0]?.answer.text ?? "");
    },
    delete: async (key) => void records.delete(key),
    entries: async () => [...records],
    ...change,
  };
  const keeper = keepChat({ storage, key: Promise.resolve("mine"), now: () => desk.nowMs, deadline: () => deadline });
  const desk: Desk = { keeper, records, writes: [], nowMs: 1000 };
  return desk;
}

/** All that a page does in between; nothing here waits for more than promises. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("WB29 text is written once a second, and the end of an answer at once", async () => {
  const desk = setUp();
  for (const text of ["I", "I am", "I am Swarm"]) {
    desk.keeper.save([exchange(text)]);
    await settle();
  }
  desk.nowMs += 1000;
  desk.keeper.save([exchange("I am Swarm Demo")]);
  await settle();
  desk.keeper.save([exchange("I am Swarm Demo.")]);
  desk.keeper.save([exchange("I am Swarm Demo.", "stopped")]);
  await settle();
  expect(desk.writes).toEqual(["I", "I am Swarm Demo", "I am Swarm Demo."]);
  expect(await desk.keeper.load()).toEqual([exchange("I am Swarm Demo.", "stopped")]);
});

test("WB29 what is held back is written when the page may close; what comes while it closes is not", async () => {
  const desk = setUp();
  desk.keeper.save([exchange("I")]);
  await settle();
  desk.keeper.save([exchange("I am")]);
  desk.keeper.flush();
  await settle();
  desk.keeper.save([exchange("I am Swarm")]);
  desk.keeper.leaving(true);
  desk.keeper.save([exchange("I am Swarm", "stopped")]);
  await settle();
  expect(desk.writes).toEqual(["I", "I am", "I am Swarm"]);
  expect((await desk.keeper.load())[0]?.answer.state.kind).toBe("streaming");
  desk.keeper.leaving(false);
  desk.keeper.save([exchange("I am Swarm Demo.", "stopped")]);
  await settle();
  expect(desk.writes.at(-1)).toBe("I am Swarm Demo.");
});

test("WB29 of what comes during a slow write only the newest is written after it", async () => {
  const gates: (() => void)[] = [];
  const texts: string[] = [];
  const { keeper } = setUp({
    set: (_, record) => {
      texts.push(readChat(record)[0]?.answer.text ?? "");
      return new Promise((resolve) => gates.push(resolve));
    },
  });
  keeper.save([exchange("one")]);
  await settle();
  keeper.save([exchange("two", "stopped")]);
  keeper.save([{ ...exchange("three"), key: "key-2" }]);
  await settle();
  expect(texts).toEqual(["one"]);
  gates[0]?.();
  await settle();
  expect(texts).toEqual(["one", "three"]);
});

test("WB29 an empty chat is forgotten", async () => {
  const desk = setUp();
  desk.keeper.save([exchange("I am", "stopped")]);
  await settle();
  expect(desk.records.size).toBe(1);
  desk.keeper.save([]);
  await settle();
  expect(desk.records.size).toBe(0);
});

test("WB29 a storage that fails or does not answer costs nothing but the memory", async () => {
  const broken = (): Promise<never> => Promise.reject(new DOMException("full", "QuotaExceededError"));
  const desk = setUp({ get: broken, set: broken, entries: broken });
  desk.keeper.save([exchange("I am", "stopped")]);
  await settle();
  expect(await desk.keeper.load()).toEqual([]);

  const late = new AbortController();
  const loading = setUp({ get: () => new Promise(() => undefined) }, late.signal).keeper.load();
  late.abort();
  expect(await loading).toEqual([]);
});

test("WB29 chats of tabs long gone, and records that can't be read, are forgotten; the others stay", async () => {
  const desk = setUp();
  const week = 7 * 24 * 60 * 60 * 1000;
  desk.nowMs = week + 10;
  desk.records.set("old", { version: 1, savedAtMs: 9, exchanges: [] });
  desk.records.set("young", { version: 1, savedAtMs: 11, exchanges: [] });
  desk.records.set("broken", "?");
  desk.records.set("mine", { version: 1, savedAtMs: 9, exchanges: [] });
  await desk.keeper.load();
  await vi.waitUntil(() => desk.records.size === 2);
  expect([...desk.records.keys()]).toEqual(["young", "mine"]);
});
