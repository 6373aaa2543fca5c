import { expect, test, vi } from "vitest";
import { keepChats, type Note, type PageKeeper } from "../history/keep-chats.ts";
import { memoryShelf } from "../history/memory-shelf.ts";
import { demoModel, done, textSteps } from "../tab/fake-scenarios.ts";
import { createFakeTab, type FakeTab } from "../tab/fake-tab.ts";
import type { Chat } from "./chat.ts";
import { createChat } from "./create-chat.ts";
import { defaultSettings } from "./settings-schema.ts";

interface Window {
  readonly chat: Chat;
  readonly tab: FakeTab;
  readonly keeper: PageKeeper;
}

/** As the browser's: whoever asks first has it, and the others in the order in which they asked. */
function fakeLocks(): Pick<LockManager, "request"> {
  const tails = new Map<string, Promise<unknown>>();
  const taken = new Set<string>();
  const request = async (
    name: string,
    { ifAvailable = false, signal }: LockOptions,
    work: (lock: Lock | null) => unknown,
  ): Promise<unknown> => {
    if (ifAvailable && tails.has(name)) return work(null);
    const before = tails.get(name);
    const run = (async () => {
      await before;
      if (signal?.aborted === true) return;
      expect(taken.has(name)).toBe(false);
      taken.add(name);
      await work({ name, mode: "exclusive" });
      taken.delete(name);
    })();
    tails.set(name, run);
    await run;
    if (tails.get(name) === run) tails.delete(name);
    return undefined;
  };
  return { request: request as LockManager["request"] };
}

/** Windows of one browser, which share its storage, its locks and its clock. The first has asked something, and all show it. */
async function openWindows(count: number): Promise<readonly Window[]> {
  const shelf = memoryShelf();
  const locks = fakeLocks();
  const listeners: ((note: Note) => void)[] = [];
  let keys = 0;
  let nowMs = 1000;
  const now = (): number => (nowMs += 2000);
  const windows = Array.from({ length: count }, (_, self): Window => {
    const keeper = keepChats({
      shelf,
      channel: {
        // Later, as the browser's does.
        post: (note) =>
          listeners.forEach((listener, i) => {
            if (i !== self) setImmediate(() => listener(note));
          }),
        onNote: (listener) => (listeners[self] = listener),
        onPosted: () => undefined,
      },
      locks,
      now,
      deadline: () => new AbortController().signal,
      patience: () => null,
    });
    const tab = createFakeTab({
      swarm: null,
      donation: [],
      pause: () => Promise.resolve(),
      answer: ({ messages }) => [...textSteps(`So: ${messages.at(-1)?.content}`), done],
    });
    const chat = createChat({
      asker: tab.asker,
      model: () => Promise.resolve({ id: demoModel.id, name: demoModel.name }),
      newSettings: () => defaultSettings,
      randomSeed: () => 7,
      freshKey: () => `key-${(keys += 1)}`,
      now,
      unfinished: () => tab.asker.unfinished(),
      keeper,
    });
    return { chat, tab, keeper };
  });
  const [first, ...others] = windows;
  first?.chat.send("First");
  const id = first?.chat.store.getState().conversation.id ?? "";
  await vi.waitUntil(async () => (await first?.keeper.load(id))?.exchanges[0]?.answer.state.kind === "done");
  for (const { chat } of others) expect(await chat.open(id)).toBe(true);
  return windows;
}

const draft = ({ chat }: Window): string => chat.store.getState().conversation.draft;
const shown = ({ chat }: Window): unknown =>
  chat.store.getState().exchanges.map((each) => [each.question, each.answer.text, each.answer.state.kind]);
/** All notes that are under way have come, and what they bring is read. */
const quiet = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};
const pair = async (): Promise<readonly [Window, Window]> => {
  const [one, two] = await openWindows(2);
  if (one === undefined || two === undefined) throw new Error("two windows were asked for");
  return [one, two];
};

test("WB40 WB42 what is typed in one window is shown in another, but never replaces what was typed there", async () => {
  const [one, two] = await pair();
  one.chat.setDraft("from one");
  await vi.waitUntil(() => draft(two) === "from one");
  two.chat.setDraft("from two");
  await quiet();
  expect([draft(one), draft(two)]).toEqual(["from one", "from two"]);
  one.chat.setDraft("more from one");
  await quiet();
  expect([draft(one), draft(two)]).toEqual(["more from one", "from two"]);
});

test("WB40 WB42 a message that is sent takes its own window's words alone, and the others' stay in the storage", async () => {
  const [one, two] = await pair();
  one.chat.setDraft("from one");
  two.chat.setDraft("from two");
  await quiet();
  one.chat.send("from one");
  await vi.waitUntil(() => two.chat.store.getState().exchanges.at(-1)?.answer.text === "So: from one");
  await quiet();
  expect([draft(one), draft(two)]).toEqual(["", "from two"]);
  const kept = await two.keeper.load(two.chat.store.getState().conversation.id);
  expect(kept?.draft).toBe("from two");
});

test.each([
  ["the first window's", 0],
  ["the second window's", 1],
])(
  "WB41 WB42 of two messages sent at once, %s sooner, the later one waits and is asked after the other's answer",
  async (_, sooner) => {
    const windows = await pair();
    const [fast, slow] = sooner === 0 ? windows : [windows[1], windows[0]];
    fast.chat.send("Fast");
    slow.chat.send("Slow");
    const all = [
      ["First", "So: First", "done"],
      ["Fast", "So: Fast", "done"],
      ["Slow", "So: Slow", "done"],
    ];
    await vi.waitFor(() => expect([shown(fast), shown(slow)]).toEqual([all, all]));
    await quiet();
    for (const { chat } of windows) {
      expect(chat.store.getState().conversation).toMatchObject({ exchanges: { length: 3 }, waiting: [] });
      expect(chat.store.getState().elsewhere).toBe(false);
    }
    // Each question once, with all that was said before it.
    expect(
      windows.flatMap(({ tab }) => tab.asked.map((asked) => asked.messages.length)).toSorted((a, b) => a - b),
    ).toEqual([1, 3, 5]);
  },
);

test("WB41 WB42 messages sent in a row while it is open who writes keep their order, and none is lost", async () => {
  const [one, two] = await pair();
  one.chat.send("A");
  two.chat.send("B");
  two.chat.send("C");
  await vi.waitUntil(() => one.chat.store.getState().exchanges.length === 4);
  await vi.waitFor(() => expect(shown(two)).toEqual(shown(one)));
  await vi.waitFor(() =>
    expect(one.chat.store.getState().exchanges.map((each) => each.question)).toEqual(["First", "A", "B", "C"]),
  );
});

test("WB41 what is sent just before another chat is opened waits in the one that it was said in", async () => {
  const [one, two] = await pair();
  const { id } = one.chat.store.getState().conversation;
  one.chat.send("Said and left");
  one.chat.newChat();
  await vi.waitUntil(() => two.chat.store.getState().conversation.waiting.length + two.tab.asked.length > 0);
  await vi.waitUntil(async () => (await one.keeper.load(id))?.exchanges.length === 2);
  expect(one.chat.store.getState().exchanges).toEqual([]);
});
