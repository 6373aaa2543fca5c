import type { AskEvent, AskRequest, Problem } from "@potluck/donor";
import { describe, expect, test, vi } from "vitest";
import { demoModel, done, textSteps } from "../tab/fake-scenarios.ts";
import { createFakeTab, type FakeScript, type FakeStep, type FakeTab } from "../tab/fake-tab.ts";
import type { Exchange } from "./chat.ts";
import { type Chat, createChat } from "./chat-store.ts";
import type { ChatKeeper } from "./keep-chat.ts";
import { cutOff } from "./kept-chat.ts";

const gone: Problem = { code: "donors-gone", what: "Everybody left.", advice: "Try again." };
const fail: FakeStep<AskEvent> = { fail: gone };
const hold: FakeStep<AskEvent> = { hold: true };

function setUp(
  answer: FakeScript["answer"],
  script: Partial<FakeScript> = {},
  keeper?: ChatKeeper,
): { chat: Chat; tab: FakeTab } {
  const tab = createFakeTab({ swarm: null, donation: [], pause: () => Promise.resolve(), answer, ...script });
  let keys = 0;
  const chat = createChat({
    asker: tab.asker,
    model: () => Promise.resolve(demoModel.id),
    settings: () => ({ temperature: 0.5, maxNewTokens: 16, seed: null }),
    randomSeed: () => 7,
    freshKey: () => `key-${(keys += 1)}`,
    unfinished: () => tab.asker.unfinished(),
    ...(keeper === undefined ? {} : { keeper }),
  });
  return { chat, tab };
}

/** An exchange that was interrupted after `text`. */
const interrupted = (text: string): Exchange => ({
  id: 4,
  key: "before",
  question: "Who are you?",
  answer: { text, where: "swarm", seed: 7, state: { kind: "streaming", stage: { kind: "resuming" } } },
});
const request: AskRequest = {
  key: "before",
  modelId: demoModel.id,
  messages: [{ role: "user", content: "Who are you?" }],
  maxNewTokens: 16,
  sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 7 },
  where: "swarm",
};
function keeping(...exchanges: readonly Exchange[]): ChatKeeper & { readonly saved: (readonly Exchange[])[] } {
  const saved: (readonly Exchange[])[] = [];
  return {
    saved,
    load: () => Promise.resolve(exchanges),
    save: (now) => void saved.push(now),
    flush: () => undefined,
    leaving: () => undefined,
  };
}
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
    expect(stages).toEqual(["starting", "queued", "connecting", "reading"]);
  });

  test("WB3 a failed answer keeps its text and its problem; a retry asks the same in its place", async () => {
    let first = true;
    const { chat, tab } = setUp(() => {
      const steps = first ? [...textSteps("Half an"), fail] : [...textSteps("A whole answer"), done];
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
    expect(texts(chat)).toEqual(["A whole answer"]);
    expect(tab.asked[1]?.messages).toEqual([{ role: "user", content: "Hello!" }]);
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
    const { tab } = setUp(() => [done]);
    const chat = createChat({
      asker: tab.asker,
      model: (signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
      settings: () => ({ temperature: 0, maxNewTokens: 16, seed: null }),
      randomSeed: () => 7,
      freshKey: () => "key",
      unfinished: () => Promise.resolve(null),
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
    for (const question of ["My name is Ada.", "Fail", "What is my name?"]) {
      chat.send(question);
      await settled(chat);
    }
    expect(tab.asked.at(-1)?.messages).toEqual([
      { role: "user", content: "My name is Ada." },
      { role: "assistant", content: "Noted." },
      { role: "user", content: "What is my name?" },
    ]);
  });

  test("WB5 neither white space nor a question during an answer is asked", async () => {
    const { chat, tab } = setUp(() => [hold]);
    chat.send(" \n ");
    chat.send("One");
    chat.send("Two");
    await vi.waitUntil(() => tab.asked.length > 0);
    chat.stop();
    await settled(chat);
    expect(tab.asked.map((r) => r.messages.length)).toEqual([1]);
    expect(chat.store.getState().exchanges).toHaveLength(1);
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
    const { chat, tab } = setUp(() => [...textSteps("Hello!"), done], {}, keeper);
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
    expect(chat.store.getState().exchanges.map((e) => e.id)).toEqual([4, 5]);
    expect(keeper.saved.at(-1)).toEqual(chat.store.getState().exchanges);
  });

  test("WB29 a new chat forgets the kept one, also while it is still being read", async () => {
    const keeper = keeping(interrupted("I am"));
    const { chat, tab } = setUp(() => [done], { unfinished: () => request }, keeper);
    chat.newChat();
    await vi.waitUntil(() => tab.chatsEnded() === 1);
    expect(chat.store.getState()).toMatchObject({ restoring: false, exchanges: [] });
    expect(keeper.saved).toEqual([[]]);
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
    chat.store.subscribe(({ exchanges }) => seen.push(exchanges[0]?.answer.text ?? ""));
    await restored(chat);
    await settled(chat);
    expect(tab.asked).toEqual([]);
    expect(seen[0]).toBe("I am Sw");
    expect(seen).toEqual(seen.toSorted((a, b) => a.length - b.length));
    expect(chat.store.getState().exchanges).toMatchObject([
      { id: 4, key: "before", answer: { text: "I am Swarm Demo.", state: { kind: "done", end: "stop-token" } } },
    ]);
  });

  test("WB30 text that comes different from what was kept replaces it", async () => {
    const script = { unfinished: () => request, carriedOn: [...textSteps("You are Ada."), done] };
    const { chat } = setUp(() => [done], script, keeping(interrupted("I am Sw")));
    await restored(chat);
    await settled(chat);
    expect(texts(chat)).toEqual(["You are Ada."]);
  });

  test.each([
    ["nobody knows it any more", null],
    ["another one is unfinished", { ...request, key: "other" }],
  ])("WB30 when %s, the answer has failed with its text kept, and a retry asks again", async (_, unfinished) => {
    const script = { unfinished: () => unfinished };
    const { chat, tab } = setUp(() => [...textSteps("I am new."), done], script, keeping(interrupted("I am")));
    await restored(chat);
    await settled(chat);
    expect(chat.store.getState().exchanges[0]?.answer).toMatchObject({
      text: "I am",
      state: { kind: "failed", problem: cutOff },
    });
    chat.retry();
    await settled(chat);
    expect(texts(chat)).toEqual(["I am new."]);
    expect(tab.asked[0]?.key).toBe("key-1");
  });

  test("WB30 Stop while an answer is picked up again keeps the text of before", async () => {
    const script = { unfinished: () => request, carriedOn: [...textSteps("I"), hold] };
    const { chat } = setUp(() => [done], script, keeping(interrupted("I am")));
    await restored(chat);
    chat.stop();
    await settled(chat);
    expect(chat.store.getState().exchanges[0]?.answer).toMatchObject({
      text: "I am",
      state: { kind: "done", end: "stopped" },
    });
  });
});
