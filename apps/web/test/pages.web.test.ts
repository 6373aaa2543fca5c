import type { AskEvent, Problem } from "@potluck/donor";
import type { TabId } from "@potluck/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { FakeStep } from "../src/tab/fake-tab.ts";
import { composePage } from "../src/app/compose-page.ts";
import { readChat } from "../src/conversation/kept-chat.ts";
import { indexedChats } from "../src/history/indexed-chats.ts";
import { keepChats, type PageKeeper } from "../src/history/keep-chats.ts";
import { createFakeTab, fakeStats } from "../src/tab/fake-tab.ts";
import { demoModel, done, emptySwarm, textSteps } from "../src/tab/fake-scenarios.ts";
import { mountApp } from "./mount-app.tsx";

beforeEach(() => page.viewport(1280, 800));

const message = page.getByRole("textbox", { name: "Message", exact: true });
const send = page.getByRole("button", { name: "Send", exact: true });
const stop = page.getByRole("button", { name: "Stop", exact: true });
const log = page.getByRole("log", { name: "Conversation", exact: true });
const answers = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('article[data-role="assistant"]')];
const lastState = (): string | undefined => answers().at(-1)?.dataset["state"];
const hold: FakeStep<AskEvent> = { hold: true };
const silent = { swarm: null, donation: [], answer: () => [], pause: () => Promise.resolve() };
const gone: Problem = { code: "donors-gone", what: "Everybody left.", advice: "Try again in a moment." };

describe("chat", () => {
  test("WB1 a question and its answer are articles in the conversation, with the figures under the answer", async () => {
    await mountApp("/");
    await message.fill("What is 17 + 25?");
    await send.click();
    await expect.poll(lastState).toBe("done");
    const articles = [...log.element().querySelectorAll("article")];
    expect(articles.map((a) => a.dataset["role"])).toEqual(["user", "assistant"]);
    expect(articles[1]?.querySelector('[data-part="text"]')?.textContent).toBe("17 + 25 = 42.");
    expect(articles[1]?.querySelector('[data-part="facts"]')?.textContent).toMatch(
      /through 3 tabs.*42\.1 tokens\/s.*first token after 310 ms/,
    );
  });

  test("WB1 Enter sends, Shift+Enter makes a line", async () => {
    const app = await mountApp("/");
    await message.click();
    await userEvent.keyboard("one{Shift>}{Enter}{/Shift}two{Enter}");
    await expect.poll(lastState).toBe("done");
    expect(app.tab.asked[0]?.messages).toEqual([{ role: "user", content: "one\ntwo" }]);
    await expect.element(message).toHaveValue("");
  });

  test("WB1 the settings go with the question", async () => {
    const app = await mountApp("/");
    await page.getByRole("spinbutton", { name: "Temperature", exact: true }).fill("0");
    await page.getByRole("spinbutton", { name: "Max tokens", exact: true }).fill("8");
    await page.getByRole("spinbutton", { name: "Seed", exact: true }).fill("5");
    await message.fill("Hello!");
    await send.click();
    await expect.poll(lastState).toBe("done");
    expect(app.tab.asked[0]).toMatchObject({
      modelId: demoModel.id,
      maxNewTokens: 8,
      sampling: { temperature: 0, seed: 5 },
    });
  });

  test("WB2 a wait in the queue shows reason and place", async () => {
    await mountApp("/", {
      answer: () => [
        {
          event: {
            kind: "queued",
            position: 2,
            reason: { kind: "layers-missing", missing: [{ from: 8, to: 12 }] },
          },
        },
        hold,
      ],
    });
    await message.fill("Hello!");
    await send.click();
    await expect.element(log).toHaveTextContent("Waiting for a donor for layers 8–11 · 2nd in line");
    await stop.click();
    await expect.poll(lastState).toBe("done");
  });

  test("WB3 a failed answer keeps its text, says what to do, and can be retried", async () => {
    let tries = 0;
    await mountApp("/", {
      answer: () => ((tries += 1) === 1 ? [...textSteps("17 +"), { fail: gone }] : [...textSteps("42."), done]),
    });
    await message.fill("What is 17 + 25?");
    await send.click();
    await expect.poll(lastState).toBe("failed");
    expect(answers()[0]?.textContent).toMatch(/17 \+.*Everybody left\.Try again in a moment\./);
    await page.getByRole("button", { name: "Retry" }).click();
    await expect.poll(lastState).toBe("done");
    expect(answers()).toHaveLength(1);
  });

  test("WB4 Stop and Escape end an answer and keep its text", async () => {
    await mountApp("/", { answer: () => [...textSteps("Once upon a time"), hold] });
    for (const end of [() => stop.click(), () => userEvent.keyboard("{Escape}")]) {
      await message.fill("Tell me a story.");
      await send.click();
      await expect.poll(() => answers().at(-1)?.textContent).toBe("Once upon a time");
      expect(lastState()).toBe("streaming");
      await end();
      await expect.poll(lastState).toBe("done");
      expect(answers().at(-1)?.textContent).toMatch(/^Once upon a time/);
    }
  });

  test("WB6 New chat empties the conversation", async () => {
    const app = await mountApp("/");
    await message.fill("Hello!");
    await send.click();
    await expect.poll(lastState).toBe("done");
    await page.getByRole("button", { name: "New chat", exact: true }).click();
    await expect.poll(() => answers().length).toBe(0);
    await expect.poll(() => app.tab.chatsEnded()).toBe(1);
  });

  test("WB7 without donors the page offers to run the model here, and to donate", async () => {
    const app = await mountApp("/", { swarm: emptySwarm });
    await expect.element(log).toHaveTextContent("Running it here downloads 10.9 MB once.");
    await expect.element(page.getByRole("link", { name: "Be the first" })).toHaveAttribute("href", "/donate");
    await page.getByRole("button", { name: "Run it in this tab" }).click();
    await expect.element(page.getByText("This tab only:")).toBeVisible();
    await message.fill("Hello!");
    await send.click();
    await expect.poll(lastState).toBe("done");
    expect(app.tab.asked[0]?.where).toBe("this-tab");
  });

  test("WB8 who chose this tab only has it after a reload too", async () => {
    await mountApp("/");
    await page.getByRole("button", { name: "Use this tab only" }).click();
    expect(JSON.parse(localStorage.getItem("potluck.preferences") ?? "{}")).toMatchObject({ where: "this-tab" });
    expect(composePage(createFakeTab(silent), localStorage, "").chat.store.getState().where).toBe("this-tab");
  });

  test("WB25 models that are only remembered are shown as last seen, and can run in this tab", async () => {
    const app = await mountApp("/", { swarm: emptySwarm, connection: { kind: "offline", problem: gone } });
    await expect.element(page.getByRole("option", { name: "Swarm Demo 10M · q4 (as last seen)" })).toBeInTheDocument();
    await expect.element(log).toHaveTextContent("The server is away, so nobody can be asked");
    await page.getByRole("button", { name: "Run it in this tab" }).click();
    await message.fill("Hello!");
    await send.click();
    await expect.poll(lastState).toBe("done");
    expect(app.tab.asked[0]).toMatchObject({ modelId: demoModel.id, where: "this-tab" });
  });

  test("WB21 a server without models says so, and nothing can be sent", async () => {
    await mountApp("/", { swarm: { ...emptySwarm, models: [] } });
    await message.fill("Hello!");
    await expect.element(page.getByText("This server serves no model yet.")).toBeVisible();
    await expect.element(send).toBeDisabled();
  });

  test("WB22 a question that is too long comes back to be shortened, and only a new chat is offered", async () => {
    const full: Problem = { code: "context-full", what: "It is too long.", advice: "Shorten it." };
    await mountApp("/", { answer: () => [{ fail: full }] });
    await message.fill("Long");
    await send.click();
    await expect.poll(lastState).toBe("failed");
    const buttons = [...(answers()[0]?.querySelectorAll("button") ?? [])];
    expect(buttons.map((button) => button.textContent)).toEqual(["New chat"]);
    await expect.element(message).toHaveValue("Long");
    buttons[0]?.click();
    await expect.poll(() => answers().length).toBe(0);
    await expect.element(message).toHaveValue("Long");
  });

  test("WB23 a number out of range becomes the nearest one when its field is left or Enter pressed", async () => {
    const app = await mountApp("/");
    const temperature = page.getByRole("spinbutton", { name: "Temperature", exact: true });
    const tokens = page.getByRole("spinbutton", { name: "Max tokens", exact: true });
    await temperature.fill("9");
    await tokens.fill("0");
    await expect.element(temperature).toHaveValue(2);
    await userEvent.keyboard("{Enter}");
    await expect.element(tokens).toHaveValue(1);
    expect(app.page.preferences.store.getState()).toMatchObject({ temperature: 2, maxNewTokens: 1 });
  });

  test("WB15 the conversation follows the answer, but not while the reader has scrolled up", async () => {
    const app = await mountApp("/", { answer: () => [...textSteps("word\n".repeat(120)), done] });
    const box = log.element();
    const fromEnd = (): number => box.scrollHeight - box.clientHeight - box.scrollTop;
    const ask = async (): Promise<void> => {
      await message.fill("Count.");
      await send.click();
      await expect.poll(lastState).toBe("done");
    };
    await ask();
    await expect.poll(fromEnd).toBeLessThan(2);
    expect(box.scrollTop).toBeGreaterThan(500);

    box.scrollTo({ top: 100 });
    const jump = page.getByRole("button", { name: "Latest" });
    await expect.element(jump).toBeVisible();
    app.page.chat.store.setState(({ exchanges }) => ({
      exchanges: exchanges.map((e) => ({ ...e, answer: { ...e.answer, text: `${e.answer.text} more` } })),
    }));
    await expect.poll(() => answers()[0]?.textContent).toContain("more");
    expect(box.scrollTop).toBe(100);
    await jump.click();
    await expect.poll(fromEnd).toBeLessThan(2);
    // A phone that turns, or its keyboard that opens.
    await page.viewport(390, 480);
    await expect.poll(() => box.clientWidth).toBeLessThanOrEqual(390);
    await expect.poll(fromEnd).toBeLessThan(2);
  });

  const lost = [{ from: 2, to: 7 }];
  const news = (): string | null => document.querySelector('[data-part="news"]')?.textContent ?? null;

  test("WB26 WB27 while an answer is repaired its text stays where it is, and the line below it is told in peace", async () => {
    const gates: (() => void)[] = [];
    const app = await mountApp("/", {
      pause: (ms) => (ms === 0 ? Promise.resolve() : new Promise((resolve) => gates.push(resolve))),
      answer: () => [
        ...textSteps("Once upon", 0),
        { event: { kind: "repairing", lost, done: 0, total: 340 } },
        { afterMs: 1, event: { kind: "repairing", lost, done: 120, total: 340 } },
        { afterMs: 1, event: { kind: "text", text: " a time", answerTokens: 3, id: 3 } },
        { hold: true },
      ],
    });
    app.page.chat.send("Tell me a story.");
    const text = (): Element | null => answers()[0]?.querySelector('[data-part="text"]') ?? null;
    const line = (): HTMLElement | null => document.querySelector('[data-stage="repairing"]');
    await expect.poll(() => line()?.textContent).toBe("A tab left. Another takes over layers 2–6 · 0 of 340 positions");
    const [animation] = line()?.getAnimations({ subtree: true }) ?? [];
    expect(animation?.effect?.getTiming().delay).toBe(300);
    const place = text()?.getBoundingClientRect();
    const height = answers()[0]?.offsetHeight;
    const element = text();
    expect(news()).toBe("A tab left. Another takes over layers 2–6.");
    gates.shift()?.();
    await expect.poll(() => line()?.textContent).toContain("120 of 340");
    expect(news()).toBe("A tab left. Another takes over layers 2–6.");
    await expect.poll(() => gates.length).toBe(1);
    gates.shift()?.();
    await expect.poll(() => text()?.textContent).toBe("Once upon a time");
    expect(line()).toBeNull();
    expect(news()).toBe("");
    expect(text()).toBe(element);
    expect(text()?.getBoundingClientRect().toJSON()).toEqual(place?.toJSON());
    expect(answers()[0]?.offsetHeight).toBe(height);
  });

  test("WB26 a wait for a donor names the layers, and offers to donate, to invite and to stop", async () => {
    await mountApp("/", {
      answer: () => [...textSteps("Once upon"), { event: { kind: "waiting", missing: [{ from: 8, to: 16 }] } }, hold],
    });
    await message.fill("Tell me a story.");
    await send.click();
    const words = "Waiting for a donor for layers 8–15. The answer goes on by itself.";
    await expect.element(log).toHaveTextContent(words);
    expect(news()).toBe(words);
    const late = document.querySelector('[data-stage="waiting"] .stage-late');
    expect(late?.textContent).toContain(words);
    expect(late?.querySelectorAll("a, button")).toHaveLength(3);
    await expect.element(log.getByRole("link", { name: "Donate layers" })).toHaveAttribute("href", "/donate");
    await expect.element(log.getByRole("button", { name: "Invite someone" })).toBeVisible();
    await log.getByRole("button", { name: "Stop the answer" }).click();
    await expect.poll(lastState).toBe("done");
    expect(answers()[0]?.querySelector('[data-part="text"]')?.textContent).toBe("Once upon");
  });

  test("WB28 the figures of a repaired answer tell what it lost", async () => {
    const tabId = "0123456789abcdef0123456789abcdef" as TabId;
    const repairs = [
      {
        lost: [{ tab: tabId, range: { from: 2, to: 7 }, why: "left" as const }],
        detectMs: 20,
        resumeMs: 1210,
        recomputed: 340,
        waitedMs: 0,
      },
    ];
    await mountApp("/", {
      answer: () => [
        ...textSteps("42."),
        { event: { kind: "done", end: "stop-token", stats: { ...fakeStats, repairs } } },
      ],
    });
    await message.fill("What is 17 + 25?");
    await send.click();
    await expect.poll(lastState).toBe("done");
    await expect.element(log).toHaveTextContent("1 tab left, repaired in 1.2 s");
  });

  test("WB30 the figures of an answer that was carried on leave out the times of its rest", async () => {
    let known = 0;
    await mountApp("/", {
      answer: () => [
        ...textSteps("42."),
        { event: { kind: "done", end: "stop-token", stats: { ...fakeStats, knownTokens: known } } },
      ],
    });
    const facts = (): string | null | undefined => answers().at(-1)?.querySelector('[data-part="facts"]')?.textContent;
    await message.fill("What is 17 + 25?");
    await send.click();
    await expect.poll(facts).toContain("42.1 tokens/s");
    known = 2;
    await message.fill("And 17 + 26?");
    await send.click();
    await expect.poll(() => answers().length).toBe(2);
    await expect.poll(facts).toContain("through 3 tabs");
    expect(facts()).not.toMatch(/tokens\/s|first token/);
  });

  test("WB29 WB30 after a reload the chat is there, its interrupted answer goes on, and New chat begins another", async () => {
    const shelf = indexedChats(`potluck-test-${Date.now()}`);
    const keeper = (): PageKeeper =>
      keepChats({
        shelf,
        channel: { post: () => undefined, onNote: () => undefined, onPosted: () => undefined },
        locks: null,
        now: Date.now,
        deadline: () => new AbortController().signal,
        patience: () => null,
      });
    const channel = { post: () => undefined, onNote: () => undefined, onPosted: () => undefined };
    const before = keeper();
    const first = await mountApp("/", { answer: () => [...textSteps("Once upon"), hold] }, "", {
      keeper: before,
      shelf,
      channel,
    });
    await expect.element(page.getByRole("heading", { name: "Pull up a chair" })).toBeVisible();
    await message.fill("Tell me a story.");
    await send.click();
    await expect.poll(() => answers()[0]?.textContent).toBe("Once upon");
    before.leaving(true);
    const { id } = first.page.chat.store.getState().conversation;
    const stored = async (): Promise<string | undefined> => readChat(await shelf.read(id))?.exchanges[0]?.answer.text;
    await expect.poll(stored).toBe("Once upon");

    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const second = await mountApp(
      `/c/${id}`,
      {
        pause: (ms) => (ms === 0 ? Promise.resolve() : gate),
        unfinished: () => first.tab.asked[0] ?? null,
        carriedOn: [{ afterMs: 1, event: { kind: "connecting", tabs: 2 } }, ...textSteps("Once upon a time.", 0), done],
      },
      "",
      { keeper: keeper(), shelf, channel },
    );
    await expect.element(log).toHaveTextContent("Tell me a story.Once uponPicking the answer up again");
    open();
    await expect.poll(lastState).toBe("done");
    await expect.element(log).toHaveTextContent("Once upon a time.");
    expect(second.tab.asked).toEqual([]);
    await page.getByRole("button", { name: "New chat", exact: true }).click();
    await expect.element(page.getByRole("heading", { name: "Pull up a chair" })).toBeVisible();
    await expect.poll(stored).toBe("Once upon a time.");
  });

  test("WB18 a lost connection is told in its own words; another version asks to reload", async () => {
    await mountApp("/", {
      connection: {
        kind: "offline",
        problem: { code: "version-mismatch", what: "This page is older than the swarm.", advice: "Reload the page." },
      },
    });
    const banner = page.getByRole("complementary", { name: "Connection" });
    await expect.element(banner).toHaveTextContent("This page is older than the swarm. Reload the page.");
    await expect.element(banner.getByRole("button", { name: "Reload" })).toBeVisible();
  });
});
