import type { AskEvent, AskRequest, Problem } from "@potluck/donor";
import { describe, expect, test, vi } from "vitest";
import { demoModel, done, textSteps } from "../tab/fake-scenarios.ts";
import { createFakeTab, type FakeScript, type FakeStep, type FakeTab } from "../tab/fake-tab.ts";
import type { Chat } from "./chat.ts";
import { type ChatKeeper, type ChatNews, keepNothing } from "./chat-keeper.ts";
import { type Conversation, type Exchange, versionsOf } from "./conversation.ts";
import { createChat } from "./create-chat.ts";
import { cutOff } from "./kept-chat.ts";
import { defaultSettings } from "./settings-schema.ts";

const gone: Problem = { code: "donors-gone", what: "Everybody left.", advice: "Try again." };
const fail: FakeStep<AskEvent> = { fail: gone };
const hold: FakeStep<AskEvent> = { hold: true };
const settledState: Exchange["answer"]["state"] = { kind: "done", end: "stop-token", stats: null };

interface Desk {
  readonly chat: Chat;
  readonly tab: FakeTab;
  /** Says whether the swarm can be asked. */
  readonly setOnline: (now: boolean) => void;
}

function setUp(
  answer: FakeScript["answer"],
  script: Partial<FakeScript> = {},
  keeper?: ChatKeeper,
  parts: Partial<Parameters<typeof createChat>[0]> = {},
): Desk {
  const tab = createFakeTab({ swarm: null, donation: [], pause: () => Promise.resolve(), answer, ...script });
  let keys = 0;
  let nowMs = 1000;
  let online = true;
  const heard = new Set<() => void>();
  const chat = createChat({
    asker: tab.asker,
    model: () => Promise.resolve({ id: demoModel.id, name: demoModel.name }),
    newSettings: () => ({ ...defaultSettings, temperature: 0.5, maxNewTokens: 16 }),
    randomSeed: () => 7,
    freshKey: () => `key-${(keys += 1)}`,
    now: () => (nowMs += 1),
    unfinished: () => tab.asker.unfinished(),
    online: { now: () => online, subscribe: (listener) => void heard.add(listener) },
    ...(keeper === undefined ? {} : { keeper }),
    ...parts,
  });
  const setOnline = (now: boolean): void => {
    online = now;
    for (const listener of heard) listener();
  };
  return { chat, tab, setOnline };
}

/** An exchange that was interrupted after `text`. */
const interrupted = (text: string): Exchange => ({
  key: "before",
  parent: null,
  asked: "before",
  question: "Who are you?",
  askedAtMs: 5,
  answer: {
    text,
    ids: [],
    model: null,
    where: "swarm",
    seed: 7,
    round: 0,
    state: { kind: "streaming", stage: { kind: "resuming" } },
  },
});
const request: AskRequest = {
  key: "before",
  modelId: demoModel.id,
  messages: [{ role: "user", content: "Who are you?" }],
  maxNewTokens: 16,
  sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 7 },
  where: "swarm",
};
const kept = (exchanges: readonly Exchange[], changes: Partial<Conversation> = {}): Conversation => ({
  id: "kept",
  title: null,
  pinned: false,
  createdAtMs: 1,
  usedAtMs: 2,
  exchanges,
  head: exchanges.at(-1)?.key ?? null,
  settings: defaultSettings,
  draft: "",
  waiting: [],
  changed: {},
  ...changes,
});
interface Keeping extends ChatKeeper {
  readonly saved: Conversation[];
  /** As another window's change comes. */
  readonly tell: (news: ChatNews) => void;
  /** Whether another window writes; to be changed by the test, with `free` when it stops. */
  taken: boolean;
  free: () => void;
  stored: Conversation;
}
function keeping(...exchanges: readonly Exchange[]): Keeping {
  const saved: Conversation[] = [];
  let tell: (news: ChatNews) => void = () => undefined;
  const keeper: Keeping = {
    ...keepNothing(),
    saved,
    taken: false,
    free: () => undefined,
    stored: kept(exchanges),
    load: (id) => Promise.resolve(id === "kept" ? keeper.stored : null),
    save: (now) => void saved.push(now),
    claim: () => Promise.resolve(keeper.taken ? null : () => undefined),
    whenFree: () => new Promise((resolve) => (keeper.free = () => resolve(() => undefined))),
    onNews: (listener) => (tell = listener),
    tell: (news) => tell(news),
  };
  return keeper;
}
/** Opens the kept chat. */
const opened = (desk: Desk): Desk => {
  void desk.chat.open("kept");
  return desk;
};
const restored = (chat: Chat): Promise<void> =>
  vi.waitUntil(() => !chat.store.getState().restoring).then(() => undefined);

const states = (chat: Chat): string[] => chat.store.getState().exchanges.map((e) => e.answer.state.kind);
const texts = (chat: Chat): string[] => chat.store.getState().exchanges.map((e) => e.answer.text);
const settled = (chat: Chat): Promise<void> =>
  vi.waitUntil(() => !states(chat).includes("streaming")).then(() => undefined);

describe("chat store", () => {
  test("WB1 an answer grows by every piece of text and ends as done with its figures", async () => {
    const { chat } = setUp(() => [...textSteps("I am Swarm Demo."), done]);
    const seen: string[] = [];
    chat.store.subscribe((s) => seen.push(s.exchanges[0]?.answer.text ?? ""));
    chat.send("  Who are you? ");
    expect(states(chat)).toEqual(["streaming"]);
    await settled(chat);
    expect(chat.store.getState().exchanges[0]).toMatchObject({
      question: "Who are you?",
      answer: { text: "I am Swarm Demo.", seed: 7, state: { kind: "done", end: "stop-token", stats: { tabs: 3 } } },
    });
    expect(new Set(seen)).toContain("I am");
  });

  test("WB2 every stage that the asker tells is kept until the next one", async () => {
    const { chat } = setUp(() => [
      { event: { kind: "queued", position: 2, reason: { kind: "all-busy" } } },
      { event: { kind: "connecting", tabs: 3 } },
      { event: { kind: "reading", promptTokens: 9 } },
      done,
    ]);
    const stages: string[] = [];
    chat.store.subscribe(({ exchanges }) => {
      const state = exchanges[0]?.answer.state;
      if (state?.kind === "streaming") stages.push(state.stage.kind);
    });
    chat.send("Hello!");
    await settled(chat);
    expect([...new Set(stages)]).toEqual(["starting", "queued", "connecting", "reading"]);
  });

  test("WB3 WB36 a failed answer keeps its text and its problem; a retry goes on after it", async () => {
    let first = true;
    const { chat, tab } = setUp(() => {
      const steps = first ? [...textSteps("Half an"), fail] : [...textSteps("Half an answer"), done];
      first = false;
      return steps;
    });
    chat.send("Hello!");
    await settled(chat);
    expect(chat.store.getState().exchanges[0]?.answer).toMatchObject({
      text: "Half an",
      state: { kind: "failed", problem: gone },
    });
    chat.retry();
    await settled(chat);
    expect(texts(chat)).toEqual(["Half an answer"]);
    expect(tab.asked[1]).toMatchObject({ messages: [{ role: "user", content: "Hello!" }], known: [0, 1] });
  });

  test("WB3 an asker that ends without a word leaves a failed answer, not one in progress", async () => {
    const { chat } = setUp(() => textSteps("And then"));
    chat.send("Hello!");
    await settled(chat);
    expect(states(chat)).toEqual(["failed"]);
  });

  test("WB3 an error that carries no problem is shown as an internal one", async () => {
    const { chat } = setUp(() => {
      throw new Error("bug");
    });
    chat.send("Hello!");
    await settled(chat);
    expect(chat.store.getState().exchanges[0]?.answer.state).toMatchObject({ problem: { code: "internal" } });
  });

  test("WB4 Stop keeps what was written and counts as done", async () => {
    const { chat } = setUp(() => [...textSteps("Once upon a time"), hold]);
    chat.send("Tell me a story.");
    await vi.waitUntil(() => texts(chat)[0] === "Once upon a time");
    chat.stop();
    await settled(chat);
    expect(chat.store.getState().exchanges[0]?.answer).toMatchObject({
      text: "Once upon a time",
      state: { kind: "done", end: "stopped" },
    });
  });

  test("WB4 Stop before the model is known ends the answer without figures", async () => {
    const { tab, chat } = setUp(() => [done], {}, undefined, {
      model: (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
    });
    chat.send("Hello!");
    await Promise.resolve();
    chat.stop();
    await settled(chat);
    expect(chat.store.getState().exchanges[0]?.answer.state).toEqual({ kind: "done", end: "stopped", stats: null });
    expect(tab.asked).toHaveLength(0);
  });

  test("WB5 the whole chat is asked, without the questions that got no text", async () => {
    const { chat, tab } = setUp(({ messages }) =>
      messages.at(-1)?.content === "Fail" ? [fail] : [...textSteps("Noted."), done],
    );
    for (const [before, question] of ["My name is Ada.", "Fail", "What is my name?"].entries()) {
      chat.send(question);
      await vi.waitUntil(() => states(chat).length > before);
      await settled(chat);
    }
    expect(tab.asked.at(-1)?.messages).toEqual([
      { role: "user", content: "My name is Ada." },
      { role: "assistant", content: "Noted." },
      { role: "user", content: "What is my name?" },
    ]);
  });

  test("WB5 white space is not asked", async () => {
    const { chat, tab } = setUp(() => [done]);
    chat.send(" \n ");
    await Promise.resolve();
    expect(tab.asked).toEqual([]);
    expect(chat.store.getState().conversation.waiting).toEqual([]);
  });

  test("WB6 a new chat stops the answer, has it forgotten, and hears nothing more of it", async () => {
    const { chat, tab } = setUp(() => [...textSteps("Once upon"), hold]);
    chat.send("Tell me a story.");
    await vi.waitUntil(() => texts(chat)[0] === "Once upon");
    chat.newChat();
    expect(chat.store.getState().exchanges).toEqual([]);
    await vi.waitUntil(() => tab.chatsEnded() === 1);
    expect(chat.store.getState().exchanges).toEqual([]);
    chat.send("Hello!");
    await vi.waitUntil(() => tab.asked.length === 2);
    expect(tab.asked[1]?.messages).toHaveLength(1);
    chat.stop();
    await settled(chat);
  });

  test("WB7 a waiting answer that is moved into this tab is asked again there", async () => {
    const { chat, tab } = setUp(({ where }) =>
      where === "swarm"
        ? [{ event: { kind: "queued", position: 1, reason: { kind: "all-busy" } } }, hold]
        : [...textSteps("Here."), done],
    );
    chat.send("Hello!");
    await vi.waitUntil(() => tab.asked.length === 1);
    chat.moveTo("this-tab");
    await settled(chat);
    expect(tab.asked.map((r) => r.where)).toEqual(["swarm", "this-tab"]);
    expect(chat.store.getState().exchanges).toMatchObject([{ answer: { text: "Here.", where: "this-tab" } }]);
  });

  test("WB7 WB42 an answer that is moved has the right to write as soon as the one before it has given it back", async () => {
    let isHeld = false;
    const claim: ChatKeeper["claim"] = async () => {
      if (isHeld) return null;
      isHeld = true;
      return () => (isHeld = false);
    };
    const { chat, tab } = setUp(
      ({ where }) => (where === "swarm" ? [hold] : [...textSteps("Here."), done]),
      {},
      { ...keepNothing(), claim },
    );
    chat.send("Hello!");
    await vi.waitUntil(() => tab.asked.length === 1);
    chat.moveTo("this-tab");
    await settled(chat);
    expect(chat.store.getState().exchanges).toMatchObject([{ answer: { text: "Here.", state: { kind: "done" } } }]);
    expect(isHeld).toBe(false);
  });

  test("WB7 an answer that has begun to arrive is not thrown away by a move", async () => {
    const { chat, tab } = setUp(() => [...textSteps("Once"), hold]);
    chat.send("Hello!");
    await vi.waitUntil(() => texts(chat)[0] === "Once");
    chat.moveTo("this-tab");
    expect(texts(chat)).toEqual(["Once"]);
    chat.stop();
    await settled(chat);
    expect(tab.asked).toHaveLength(1);
  });

  test("WB26 an answer that is repaired or waits keeps its text and goes on after it", async () => {
    const { chat } = setUp(() => [
      ...textSteps("I am"),
      { event: { kind: "repairing", lost: [{ from: 2, to: 7 }], done: 120, total: 340 } },
      { event: { kind: "waiting", missing: [{ from: 2, to: 7 }] } },
      { event: { kind: "text", text: " Swarm Demo.", answerTokens: 4, id: 4 } },
      done,
    ]);
    const seen: string[] = [];
    chat.store.subscribe(({ exchanges }) => {
      const answer = exchanges[0]?.answer;
      if (answer?.state.kind === "streaming") seen.push(`${answer.state.stage.kind}: ${answer.text}`);
    });
    chat.send("Who are you?");
    await settled(chat);
    expect(seen.slice(-3)).toEqual(["repairing: I am", "waiting: I am", "writing: I am Swarm Demo."]);
    expect(texts(chat)).toEqual(["I am Swarm Demo."]);
  });

  test("WB29 the chat of before a reload is shown, asked on from, and kept from then on", async () => {
    const before: Exchange = {
      ...interrupted("I am Swarm Demo."),
      answer: { ...interrupted("I am Swarm Demo.").answer, state: { kind: "done", end: "stop-token", stats: null } },
    };
    const keeper = keeping(before);
    const { chat, tab } = opened(setUp(() => [...textSteps("Hello!"), done], {}, keeper));
    expect(chat.store.getState()).toMatchObject({ restoring: true, exchanges: [] });
    // Typed faster than a disk reads.
    chat.send("Say hello.");
    await vi.waitUntil(() => tab.asked.length === 1);
    await settled(chat);
    expect(tab.asked[0]?.messages.map((turn) => turn.content)).toEqual([
      "Who are you?",
      "I am Swarm Demo.",
      "Say hello.",
    ]);
    expect(chat.store.getState().exchanges.map((e) => e.parent)).toEqual([null, "before"]);
    expect(keeper.saved.at(-1)).toEqual(chat.store.getState().conversation);
  });

  test("WB6 a new chat leaves the kept one as it is, also while it is still being read", async () => {
    const keeper = keeping(interrupted("I am"));
    const { chat, tab } = opened(setUp(() => [done], { unfinished: () => request }, keeper));
    chat.newChat();
    await vi.waitUntil(() => tab.chatsEnded() === 1);
    expect(chat.store.getState()).toMatchObject({ restoring: false, exchanges: [] });
    expect(keeper.saved).toEqual([]);
  });

  test("WB30 an answer that a reload interrupted is carried on in its place, and its text never shrinks", async () => {
    const { chat, tab } = setUp(
      () => [done],
      {
        unfinished: () => request,
        carriedOn: [{ event: { kind: "connecting", tabs: 3 } }, ...textSteps("I am Swarm Demo."), done],
      },
      keeping(interrupted("I am Sw")),
    );
    const seen: string[] = [];
    chat.store.subscribe(({ exchanges }) => exchanges[0] !== undefined && seen.push(exchanges[0].answer.text));
    void chat.open("kept");
    await restored(chat);
    await settled(chat);
    expect(tab.asked).toEqual([]);
    expect(seen[0]).toBe("I am Sw");
    expect(seen).toEqual(seen.toSorted((a, b) => a.length - b.length));
    expect(chat.store.getState().exchanges).toMatchObject([
      { key: "before", answer: { text: "I am Swarm Demo.", state: { kind: "done", end: "stop-token" } } },
    ]);
  });

  test("WB30 text that comes different from what was kept replaces it", async () => {
    const script = { unfinished: () => request, carriedOn: [...textSteps("You are Ada."), done] };
    const { chat } = opened(setUp(() => [done], script, keeping(interrupted("I am Sw"))));
    await restored(chat);
    await settled(chat);
    expect(texts(chat)).toEqual(["You are Ada."]);
  });

  test.each([
    ["nobody knows it any more", null],
    ["another one is unfinished", { ...request, key: "other" }],
  ])("WB30 when %s, the answer has failed with its text kept, and a retry asks again", async (_, unfinished) => {
    const script = { unfinished: () => unfinished };
    const { chat, tab } = opened(setUp(() => [...textSteps("I am new."), done], script, keeping(interrupted("I am"))));
    await restored(chat);
    await settled(chat);
    expect(chat.store.getState().exchanges[0]?.answer).toMatchObject({
      text: "I am",
      state: { kind: "failed", problem: cutOff },
    });
    chat.retry();
    await settled(chat);
    expect(texts(chat)).toEqual(["I am new."]);
    expect(tab.asked[0]?.known).toBeUndefined();
  });

  test("WB30 Stop while an answer is picked up again keeps the text of before", async () => {
    const script = { unfinished: () => request, carriedOn: [...textSteps("I"), hold] };
    const { chat } = opened(setUp(() => [done], script, keeping(interrupted("I am"))));
    await restored(chat);
    chat.stop();
    await settled(chat);
    expect(chat.store.getState().exchanges[0]?.answer).toMatchObject({
      text: "I am",
      state: { kind: "done", end: "stopped" },
    });
  });

  test("WB35 asking again and editing add versions, lose none, and ask the shown path alone", async () => {
    let n = 0;
    const { chat, tab } = setUp(() => [...textSteps(`Answer ${(n += 1)}`), done]);
    const say = async (act: () => void): Promise<void> => {
      act();
      await settled(chat);
    };
    await say(() => chat.send("One"));
    chat.send("Two");
    await vi.waitUntil(() => states(chat).length === 2);
    await settled(chat);
    const [one, two] = chat.store.getState().exchanges;
    await say(() => chat.regenerate(one?.key ?? ""));
    expect(texts(chat)).toEqual(["Answer 3"]);
    await say(() => chat.edit(two?.key ?? "", "Other two"));
    expect(texts(chat)).toEqual(["Answer 1", "Answer 4"]);
    expect(tab.asked.at(-1)?.messages.map((turn) => turn.content)).toEqual(["One", "Answer 1", "Other two"]);
    const { conversation } = chat.store.getState();
    expect(conversation.exchanges).toHaveLength(4);
    expect(versionsOf(conversation, one?.key ?? "")).toMatchObject({
      answers: { index: 0, keys: [one?.key, expect.any(String)] },
      questions: { index: 0, keys: [one?.key] },
    });
    expect(versionsOf(conversation, two?.key ?? "").questions).toMatchObject({ index: 0, keys: { length: 2 } });
    chat.show(two?.key ?? "");
    expect(texts(chat)).toEqual(["Answer 1", "Answer 2"]);
    chat.show(one?.key ?? "");
    expect(texts(chat)).toEqual(["Answer 1", "Answer 4"]);
  });

  test("WB36 a stopped answer is continued with its tokens and its seed, and ends as one text", async () => {
    let first = true;
    const { chat, tab } = setUp(() => {
      const steps = first ? [...textSteps("Once upon"), hold] : [...textSteps("Once upon a time."), done];
      first = false;
      return steps;
    });
    chat.send("Tell me a story.");
    await vi.waitUntil(() => texts(chat)[0] === "Once upon");
    chat.stop();
    await settled(chat);
    const seen: string[] = [];
    chat.store.subscribe(({ exchanges }) => seen.push(exchanges[0]?.answer.text ?? ""));
    chat.continueAnswer(chat.store.getState().exchanges[0]?.key ?? "");
    await settled(chat);
    expect(tab.asked[1]).toMatchObject({ known: [0, 1], maxNewTokens: 18, sampling: { seed: 7 } });
    expect(tab.asked[1]?.messages).toEqual(tab.asked[0]?.messages);
    expect(texts(chat)).toEqual(["Once upon a time."]);
    expect(seen.every((text) => text.startsWith("Once upon"))).toBe(true);
    chat.continueAnswer(chat.store.getState().exchanges[0]?.key ?? "");
    expect(states(chat)).toEqual(["done"]);
  });

  test("WB39 a chat's system prompt and sampling go with its questions", async () => {
    const { chat, tab } = setUp(() => [...textSteps("Yes."), done]);
    chat.changeSettings({ system: "Be short.", topK: 5, topP: 0.5 });
    chat.send("Hello!");
    await settled(chat);
    expect(tab.asked[0]).toMatchObject({
      messages: [
        { role: "system", content: "Be short." },
        { role: "user", content: "Hello!" },
      ],
      sampling: { topK: 5, topP: 0.5 },
    });
    chat.newChat();
    expect(chat.store.getState().conversation.settings.system).toBe("");
  });

  test("WB40 what is typed stays with its chat, a new one's too, and goes when it is sent", async () => {
    let typed = "half a thought";
    const keeper = keeping({ ...interrupted("I"), answer: { ...interrupted("I").answer, state: settledState } });
    const { chat } = setUp(() => [done], {}, keeper, {
      newDraft: { read: () => typed, write: (draft) => (typed = draft) },
    });
    expect(chat.store.getState().conversation.draft).toBe("half a thought");
    chat.setDraft("a whole thought");
    await chat.open("kept");
    chat.setDraft("another");
    expect(keeper.saved.at(-1)?.draft).toBe("another");
    expect(typed).toBe("a whole thought");
    chat.newChat();
    expect(chat.store.getState().conversation.draft).toBe("a whole thought");
    chat.send("a whole thought");
    await settled(chat);
    expect([typed, chat.store.getState().conversation.draft]).toEqual(["", ""]);
  });

  test("WB41 what is sent during an answer waits in line, can be taken back, and is asked in order", async () => {
    const gates: (() => void)[] = [];
    const { chat, tab } = setUp(() => [...textSteps("Word", 1), done], {
      pause: (ms) => (ms === 0 ? Promise.resolve() : new Promise((resolve) => gates.push(resolve))),
    });
    for (const question of ["One", "Two", "Three", "Four"]) chat.send(question);
    expect(chat.store.getState().conversation.waiting).toEqual(["Two", "Three", "Four"]);
    chat.unqueue(1);
    for (const asked of [1, 2, 3]) {
      await vi.waitUntil(() => tab.asked.length === asked && gates.length === asked);
      gates[asked - 1]?.();
    }
    await settled(chat);
    expect(chat.store.getState().exchanges.map((e) => e.question)).toEqual(["One", "Two", "Four"]);
    expect(chat.store.getState().conversation.waiting).toEqual([]);
  });

  test("WB41 what is sent offline waits until the swarm can be asked; a failure holds the line until the person says more", async () => {
    const { chat, tab, setOnline } = setUp(({ messages }) => [messages.length > 1 ? done : fail]);
    setOnline(false);
    chat.send("One");
    chat.send("Two");
    await Promise.resolve();
    expect(tab.asked).toEqual([]);
    setOnline(true);
    await vi.waitUntil(() => states(chat)[0] === "failed");
    expect(chat.store.getState().conversation.waiting).toEqual(["Two"]);
    chat.send("Three");
    await vi.waitUntil(() => states(chat).length === 2 && !states(chat).includes("streaming"));
    expect(chat.store.getState().exchanges[1]?.question).toBe("Two");
  });

  test("WB42 while another window writes, its answer grows here, nothing can be asked, and then it can", async () => {
    const keeper = keeping(interrupted("I am"));
    keeper.taken = true;
    const desk = opened(setUp(() => [...textSteps("Yes."), done], { unfinished: () => request }, keeper));
    await vi.waitUntil(() => desk.chat.store.getState().elsewhere);
    desk.chat.send("And now?");
    desk.chat.regenerate("before");
    expect(desk.tab.asked).toEqual([]);
    keeper.tell({ id: "kept", conversation: kept([interrupted("I am Swarm")]) });
    expect(texts(desk.chat)).toEqual(["I am Swarm"]);
    const whole = interrupted("I am Swarm Demo.");
    keeper.stored = kept([{ ...whole, answer: { ...whole.answer, state: settledState } }]);
    keeper.taken = false;
    keeper.free();
    await vi.waitUntil(() => !desk.chat.store.getState().elsewhere);
    expect([texts(desk.chat), states(desk.chat)]).toEqual([["I am Swarm Demo."], ["done"]]);
    desk.chat.send("And now?");
    await vi.waitUntil(() => desk.tab.asked.length === 1);
    await settled(desk.chat);
  });

  test("WB42 a window that closes in the midst of its answer leaves it as one that can be retried here", async () => {
    const keeper = keeping(interrupted("I am"));
    keeper.taken = true;
    const { chat } = opened(setUp(() => [done], {}, keeper));
    await vi.waitUntil(() => chat.store.getState().elsewhere);
    keeper.free();
    await vi.waitUntil(() => !chat.store.getState().elsewhere);
    expect(chat.store.getState().exchanges[0]?.answer).toMatchObject({
      text: "I am",
      state: { kind: "failed", problem: cutOff },
    });
  });

  test("WB37 a chat that another window deleted is a new one here", async () => {
    const keeper = keeping({ ...interrupted("I"), answer: { ...interrupted("I").answer, state: settledState } });
    const { chat } = setUp(() => [done], {}, keeper);
    await chat.open("kept");
    keeper.tell({ id: "kept", conversation: null });
    expect(chat.store.getState().exchanges).toEqual([]);
    expect(chat.store.getState().conversation.id).not.toBe("kept");
  });
});
