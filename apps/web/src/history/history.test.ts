import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChatNews } from "../conversation/chat-keeper.ts";
import type { Conversation, Exchange } from "../conversation/conversation.ts";
import { chatRecord, readChat } from "../conversation/kept-chat.ts";
import { defaultSettings } from "../conversation/settings-schema.ts";
import { createWords } from "../i18n/create-words.ts";
import { createHistory } from "./create-history.ts";
import { entryOf } from "./entry.ts";
import type { History } from "./history.ts";
import { largestImport } from "./import-chats.ts";
import type { ChatShelf } from "./indexed-chats.ts";
import type { Note } from "./keep-chats.ts";
import { memoryShelf } from "./memory-shelf.ts";

const exchange = (key: string, parent: string | null, question: string, text: string): Exchange => ({
  key,
  parent,
  asked: key,
  question,
  askedAtMs: 1_700_000_000_000 + Number.parseInt(key, 36),
  answer: {
    text,
    ids: [3, 1],
    model: null,
    where: "swarm",
    seed: null,
    round: 0,
    state: { kind: "done", end: "stop-token", stats: null },
  },
});
const chat = (id: string, usedAtMs: number, exchanges: readonly Exchange[]): Conversation => ({
  id,
  title: null,
  pinned: false,
  createdAtMs: 1,
  usedAtMs,
  exchanges,
  head: exchanges.at(-1)?.key ?? null,
  settings: defaultSettings,
  draft: "",
  waiting: [],
  changed: {},
});
const fox = chat("fox", 30, [
  exchange("a", null, "Tell me of a fox.", "A fox called Wei had a lantern."),
  exchange("b", "a", "And then?", "It broke."),
  exchange("c", "a", "And before?", "Nobody knows of the attic."),
]);
const sums = chat("sums", 20, [exchange("d", null, "What is 17 + 25?", "17 + 25 = 42.")]);
const hanzi = chat("hanzi", 10, [exchange("e", null, "灯笼在哪里？", "灯笼在阁楼上。")]);

interface Desk {
  readonly history: History;
  readonly shelf: ChatShelf;
  readonly notes: Note[];
  readonly told: ChatNews[];
  readonly read: (id: string) => Promise<Conversation | null>;
  /** The time for undoing is over. */
  readonly expire: () => void;
}

async function setUp(
  chats: readonly Conversation[] = [sums, fox, hanzi],
  change: Partial<ChatShelf> = {},
): Promise<Desk> {
  const shelf = { ...memoryShelf(), ...change };
  for (const each of chats) await shelf.update(each.id, () => ({ chat: chatRecord(each), entry: entryOf(each) }));
  const notes: Note[] = [];
  const told: ChatNews[] = [];
  const timers = new Set<() => void>();
  let keys = 0;
  const history = createHistory({
    shelf,
    channel: { post: (note) => notes.push(note), onNote: () => undefined, onPosted: () => undefined },
    words: createWords().t,
    now: () => 1_700_000_000_000,
    freshKey: () => `fresh-${(keys += 1)}`,
    after: (_, call) => {
      timers.add(call);
      return () => timers.delete(call);
    },
    tell: (news) => told.push(news),
  });
  await history.load();
  return {
    history,
    shelf,
    notes,
    told,
    read: async (id) => readChat(await shelf.read(id)),
    expire: () => {
      for (const call of timers) call();
    },
  };
}
const ids = ({ history }: Desk): string[] => history.store.getState().entries.map((each) => each.id);

test("WB37 chats are listed by their last use, pinned ones first, with the first question's words for a title", async () => {
  const desk = await setUp();
  expect(ids(desk)).toEqual(["fox", "sums", "hanzi"]);
  expect(desk.history.store.getState().entries[0]).toMatchObject({
    title: "Tell me of a fox.",
    snippet: "Nobody knows of the attic.",
  });
  await desk.history.pin("hanzi", true);
  expect(ids(desk)).toEqual(["hanzi", "fox", "sums"]);
});

test("WB37 a chat is named by the person, and has its first words back when the name is taken away", async () => {
  const desk = await setUp();
  await desk.history.rename("sums", "  My sums ");
  expect((await desk.read("sums"))?.title).toBe("My sums");
  expect(desk.told.at(-1)).toMatchObject({ id: "sums", conversation: { title: "My sums" } });
  await desk.history.rename("sums", " ");
  expect(desk.history.store.getState().entries[1]?.title).toBe("What is 17 + 25?");
});

test("WB37 what was deleted can be brought back for some seconds, whole", async () => {
  const desk = await setUp();
  await desk.history.remove("fox");
  expect([ids(desk), await desk.read("fox")]).toEqual([["sums", "hanzi"], null]);
  expect(desk.notes.at(-1)).toEqual({ id: "fox", deleted: true });
  expect(desk.history.store.getState().removed?.id).toBe("fox");
  await desk.history.undo();
  expect(await desk.read("fox")).toEqual(fox);
  expect(desk.history.store.getState().removed).toBeNull();
  await desk.history.remove("sums");
  desk.expire();
  await desk.history.undo();
  expect(ids(desk)).toEqual(["fox", "hanzi"]);
});

test.each([
  ["lantern", ["fox"]],
  ["lantren", ["fox"]],
  ["att", ["fox"]],
  ["BROKE", ["fox"]],
  ["fox 42", []],
  ["25", ["sums"]],
  ["灯笼", ["hanzi"]],
  ["笼 阁", ["hanzi"]],
  ["  ", []],
  ["…!", []],
] as const)("WB37 a search for %j finds %j, in any version of a chat", async (words, found) => {
  const { history } = await setUp();
  expect((await history.search(words)).map((each) => each.id)).toEqual(found);
});

test("WB37 a chat that was found shows the place of its words", async () => {
  const { history } = await setUp();
  expect((await history.search("attic"))[0]?.snippet).toContain("Nobody knows of the attic.");
});

test("WB38 what was exported as JSON can be imported elsewhere, with the same trees", async () => {
  const from = await setUp();
  const file = await from.history.exportChats(null, "json");
  expect(file.name).toBe("potluck-chats-2023-11-14.json");
  const to = await setUp([]);
  expect(await to.history.importChats(file)).toBe("3 chats were imported.");
  expect(await to.read("fox")).toEqual(fox);
  expect(ids(to)).toEqual(["fox", "sums", "hanzi"]);
});

test("WB38 an import changes nothing that is there: what is the same stays, what differs comes beside it", async () => {
  const from = await setUp([fox, sums]);
  const file = await from.history.exportChats(null, "json");
  const grown = { ...fox, exchanges: [exchange("z", null, "Other", "Words")], head: "z" };
  const to = await setUp([grown, sums]);
  expect(await to.history.importChats(file)).toBe("1 chat was imported. 1 was here already.");
  expect(await to.read("fox")).toEqual(grown);
  expect(await to.read("fresh-1")).toEqual({ ...fox, id: "fresh-1" });
});

test("WB38 Markdown has what is shown of a chat, to be read", async () => {
  const { history } = await setUp();
  const file = await history.exportChats(["fox"], "markdown");
  expect(file.name).toBe("potluck-chat-2023-11-14.md");
  expect(await file.text()).toBe(
    [
      "# Tell me of a fox.",
      "## You · 2023-11-14 22:13 UTC",
      "Tell me of a fox.",
      "## Potluck",
      "A fox called Wei had a lantern.",
      "## You · 2023-11-14 22:13 UTC",
      "And before?",
      "## Potluck",
      "Nobody knows of the attic.\n",
    ].join("\n\n"),
  );
});

const body = (chats: readonly unknown[], changes: object = {}): Blob =>
  new Blob([JSON.stringify({ kind: "potluck-chats", version: 1, chats, ...changes })]);

test.each([
  ["no JSON", new Blob(["<html>"]), "This file is no export of Potluck chats. Nothing was changed."],
  ["of something else", new Blob(["[1]"]), "This file is no export of Potluck chats. Nothing was changed."],
  [
    "of a newer page",
    body([], { version: 2 }),
    "This export comes from a newer version of Potluck. Reload the page, then try again.",
  ],
  ["partly broken", body([chatRecord(sums), { id: "x" }, 7]), "1 chat was imported. 2 could not be read."],
  [
    "too large",
    Object.defineProperty(new Blob([]), "size", { value: largestImport + 1 }),
    "This file is too large: at most 64 MB can be imported.",
  ],
])("WB38 a file that is %s is told as what it is", async (_, file, words) => {
  const desk = await setUp([hanzi]);
  expect(await desk.history.importChats(file)).toBe(words);
  expect(await desk.read("hanzi")).toEqual(hanzi);
});

test("WB38 whatever a file has, what is there stays and what is taken can be read", async () => {
  const hostile = fc.oneof(
    fc.anything(),
    fc.record(Object.fromEntries(Object.keys(chatRecord(sums)).map((name) => [name, fc.anything()]))),
    fc.anything().map((id) => ({ ...chatRecord(sums), id })),
    fc.anything().map((settings) => ({ ...chatRecord(sums), settings, id: "__proto__" })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { maxLength: 4 }), async (chats) => {
      const desk = await setUp([hanzi]);
      const text = JSON.stringify({ kind: "potluck-chats", version: 1, chats });
      await desk.history.importChats(new Blob([text]));
      expect(await desk.read("hanzi")).toEqual(hanzi);
      expect((await desk.shelf.chats()).every((record) => readChat(record) !== null)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("WB37 WB43 a record that is broken costs that record alone; a storage that is, says so", async () => {
  const desk = await setUp();
  await desk.shelf.update("broken", () => ({ chat: 7, entry: { id: 8 } }));
  await desk.history.load();
  expect(ids(desk)).toEqual(["fox", "sums", "hanzi"]);
  const broken = await setUp([], { entries: () => Promise.reject(new Error("forbidden")) });
  expect(broken.history.store.getState().fault).toMatchObject({ code: "storage-full" });
  const full = await setUp([sums], {});
  full.shelf.update = () => Promise.reject(new Error("full"));
  await expect(full.history.rename("sums", "x")).rejects.toMatchObject({ problem: { code: "storage-full" } });
});
