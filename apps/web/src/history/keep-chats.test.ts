import { expect, test } from "vitest";
import type { Conversation, Exchange } from "../conversation/conversation.ts";
import { readChat } from "../conversation/kept-chat.ts";
import { defaultSettings } from "../conversation/settings-schema.ts";
import type { ChatShelf } from "./indexed-chats.ts";
import { keepChats, type Note, type PageKeeper } from "./keep-chats.ts";

const exchange = (text: string, kind: "writing" | "stopped" = "writing", key = "key-1"): Exchange => ({
  key,
  parent: null,
  asked: key,
  question: "Who are you?",
  askedAtMs: 1,
  answer: {
    text,
    ids: [],
    model: null,
    where: "swarm",
    seed: null,
    round: 0,
    state:
      kind === "writing"
        ? { kind: "streaming", stage: { kind: "writing" } }
        : { kind: "done", end: "stopped", stats: null },
  },
});
const chat = (...exchanges: readonly Exchange[]): Conversation => ({
  id: "mine",
  title: null,
  pinned: false,
  createdAtMs: 1,
  usedAtMs: 1,
  exchanges,
  head: exchanges.at(-1)?.key ?? null,
  settings: defaultSettings,
  draft: "",
  waiting: [],
  changed: {},
});

interface Desk {
  readonly keeper: PageKeeper;
  readonly records: Map<string, unknown>;
  /** Texts in the order in which they were written. */
  readonly writes: string[];
  readonly notes: Note[];
  /** As another window's note comes. */
  hear: (note: Note) => void;
  nowMs: number;
}

function setUp(change: Partial<ChatShelf> = {}, deadline: AbortSignal = new AbortController().signal): Desk {
  const records = new Map<string, unknown>();
  const shelf: ChatShelf = {
    read: async (id) => records.get(id),
    async update(id, alter) {
      const next = alter(records.get(id));
      if (next === null) {
        records.delete(id);
        return;
      }
      records.set(id, structuredClone(next.chat));
      desk.writes.push(readChat(next.chat)?.exchanges[0]?.answer.text ?? "");
    },
    entries: async () => [],
    chats: async () => [...records.values()],
    ...change,
  };
  const keeper = keepChats({
    shelf,
    channel: {
      post: (note) => desk.notes.push(note),
      onNote: (listener) => (desk.hear = listener),
      onPosted: () => undefined,
    },
    locks: null,
    now: () => desk.nowMs,
    deadline: () => deadline,
    patience: () => null,
  });
  const desk: Desk = { keeper, records, writes: [], notes: [], hear: () => undefined, nowMs: 1000 };
  return desk;
}

/** All that a page does in between; nothing here waits for more than promises. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("WB29 text is written once a second, and the end of an answer at once", async () => {
  const desk = setUp();
  for (const text of ["I", "I am", "I am Swarm"]) {
    desk.keeper.save(chat(exchange(text)));
    await settle();
  }
  desk.nowMs += 1000;
  desk.keeper.save(chat(exchange("I am Swarm Demo")));
  await settle();
  desk.keeper.save(chat(exchange("I am Swarm Demo.")));
  desk.keeper.save(chat(exchange("I am Swarm Demo.", "stopped")));
  await settle();
  expect(desk.writes).toEqual(["I", "I am Swarm Demo", "I am Swarm Demo."]);
  expect(await desk.keeper.load("mine")).toEqual(chat(exchange("I am Swarm Demo.", "stopped")));
});

test("WB29 what is held back is written when the page may close; what comes while it closes is not", async () => {
  const desk = setUp();
  desk.keeper.save(chat(exchange("I")));
  await settle();
  desk.keeper.save(chat(exchange("I am")));
  desk.keeper.flush();
  await settle();
  desk.keeper.save(chat(exchange("I am Swarm")));
  desk.keeper.leaving(true);
  desk.keeper.save(chat(exchange("I am Swarm", "stopped")));
  await settle();
  expect(desk.writes).toEqual(["I", "I am", "I am Swarm"]);
  expect((await desk.keeper.load("mine"))?.exchanges[0]?.answer.state.kind).toBe("streaming");
  desk.keeper.leaving(false);
  desk.keeper.save(chat(exchange("I am Swarm Demo.", "stopped")));
  await settle();
  expect(desk.writes.at(-1)).toBe("I am Swarm Demo.");
});

test("WB42 what two windows wrote is joined in the storage, and each tells the other", async () => {
  const desk = setUp();
  desk.keeper.save(chat(exchange("Mine", "stopped")));
  await settle();
  desk.keeper.save(chat(exchange("Theirs", "stopped", "key-2")));
  await settle();
  expect((await desk.keeper.load("mine"))?.exchanges.map((each) => each.key)).toEqual(["key-1", "key-2"]);
  expect(desk.notes).toEqual([
    { id: "mine", deleted: false },
    { id: "mine", deleted: false },
  ]);
});

test("WB42 a note of another window brings what it wrote, or that it deleted the chat", async () => {
  const desk = setUp();
  const heard: unknown[] = [];
  desk.keeper.onNews((news) => heard.push([news.id, news.conversation?.exchanges.length ?? null]));
  desk.keeper.save(chat(exchange("I am", "stopped")));
  await settle();
  desk.hear({ id: "mine", deleted: false });
  await settle();
  desk.hear({ id: "gone", deleted: true });
  await settle();
  expect(heard).toEqual([
    ["mine", 1],
    ["gone", null],
  ]);
});

test("WB43 a storage that fails is told until it works again; one that does not answer is waited for no longer than its time", async () => {
  let works = false;
  const broken = (): Promise<never> => Promise.reject(new DOMException("full", "QuotaExceededError"));
  const desk = setUp({ read: broken, update: () => (works ? Promise.resolve() : broken()) });
  desk.keeper.save(chat(exchange("I am", "stopped")));
  await settle();
  expect(desk.keeper.fault.getState()).toMatchObject({ code: "storage-full" });
  expect(await desk.keeper.load("mine")).toBeNull();
  works = true;
  desk.keeper.save(chat(exchange("I am here", "stopped", "key-2")));
  await settle();
  expect(desk.keeper.fault.getState()).toBeNull();

  const late = new AbortController();
  const loading = setUp({ read: () => new Promise(() => undefined) }, late.signal).keeper.load("mine");
  late.abort();
  expect(await loading).toBeNull();
});
