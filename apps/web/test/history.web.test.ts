import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Kept } from "../src/app/compose-page.ts";
import { indexedChats } from "../src/history/indexed-chats.ts";
import { keepChats } from "../src/history/keep-chats.ts";
import { done, textSteps } from "../src/tab/fake-scenarios.ts";
import { mountApp, type Mounted } from "./mount-app.tsx";

let names = 0;
const kept = (): Kept => {
  const shelf = indexedChats(`potluck-test-history-${Date.now()}-${(names += 1)}`);
  const channel = { post: () => undefined, onNote: () => undefined, onPosted: () => undefined };
  const keeper = keepChats({
    shelf,
    channel,
    locks: null,
    now: Date.now,
    deadline: () => new AbortController().signal,
    patience: () => null,
  });
  return { keeper, shelf, channel };
};
const list = page.getByRole("button", { name: "Chats", exact: true });
const search = page.getByRole("searchbox", { name: "Search chats" });
const rows = (): string[] => [...document.querySelectorAll(".history-name")].map((row) => row.textContent);

async function withChats(...questions: readonly string[]): Promise<Mounted> {
  const app = await mountApp(
    "/",
    { answer: ({ messages }) => [...textSteps(`So: ${messages[0]?.content}`), done] },
    "",
    kept(),
  );
  for (const question of questions) {
    app.page.chat.newChat();
    app.page.chat.send(question);
    await expect.poll(() => app.page.chat.store.getState().exchanges[0]?.answer.state.kind).toBe("done");
    const { id } = app.page.chat.store.getState().conversation;
    await expect
      .poll(async () => {
        await app.page.history.load();
        return app.page.history.store.getState().entries.some((each) => each.id === id && each.snippet !== "");
      })
      .toBe(true);
  }
  await list.click();
  await expect.poll(rows).toHaveLength(questions.length);
  return app;
}

describe.each([
  ["wide", 1280, 800],
  ["phone", 360, 740],
])("history, %s", (size, width, height) => {
  beforeEach(() => page.viewport(width, height));
  afterEach(() => localStorage.clear());

  test("WB37 chats are listed, opened, named, pinned, and deleted with a chance to undo", async () => {
    const app = await withChats("First one", "Second one");
    expect(rows()).toEqual(["Second one", "First one"]);
    await page.getByLabelText("Actions for “First one”").click();
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("textbox", { name: "Name of the chat" }).fill("The first");
    await userEvent.keyboard("{Enter}");
    await expect.poll(rows).toEqual(["Second one", "The first"]);
    const menu = page.getByLabelText("Actions for “The first”");
    await expect.element(menu).toHaveFocus();
    await menu.click();
    await page.getByRole("button", { name: "Rename" }).click();
    // In the phone's drawer Escape closes the drawer.
    if (size === "wide") await userEvent.keyboard("{Escape}");
    else await page.getByRole("button", { name: "Cancel" }).click();
    await expect.element(menu).toHaveFocus();
    await menu.click();
    await page.getByRole("button", { name: "Pin", exact: true }).click();
    await expect.poll(rows).toEqual(["The first", "Second one"]);
    await expect.element(page.getByRole("region", { name: "Pinned" })).toBeVisible();
    await expect.element(menu).toHaveFocus();
    await page.getByLabelText("Actions for “Second one”").click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await expect.poll(rows).toEqual(["The first"]);
    expect(document.activeElement).toBe(search.element());
    // It was the open one.
    await expect.poll(() => app.page.chat.store.getState().exchanges.length).toBe(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(rows).toEqual(["The first", "Second one"]);
    await page.getByRole("link", { name: "Second one" }).click();
    await expect.poll(() => app.page.chat.store.getState().exchanges[0]?.question).toBe("Second one");
    // The drawer makes room for the chat, the column stays.
    await expect.poll(() => rows().length).toBe(size === "phone" ? 0 : 2);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  });

  test("WB37 a search shows the chats with its words, and says how many", async () => {
    await withChats("About foxes", "About sums");
    await search.fill("fox");
    await expect.poll(rows).toEqual(["About foxes"]);
    await expect.element(page.getByText("1 chat found")).toBeInTheDocument();
    await search.fill("zebra");
    await expect.element(page.getByText("No chat has these words.")).toBeVisible();
    await search.fill("");
    await expect.poll(rows).toHaveLength(2);
  });
});

test("WB39 settings are named, chosen for a chat, and begin the next one", async () => {
  await page.viewport(1280, 800);
  const app = await mountApp("/");
  const system = page.getByRole("textbox", { name: "System prompt" });
  await system.fill("Rhyme.");
  await page.getByRole("spinbutton", { name: "Temperature" }).fill("1.2");
  await page.getByRole("textbox", { name: "Name of the preset" }).fill("Poet");
  await page.getByRole("button", { name: "Save as preset" }).click();
  await expect.element(page.getByRole("combobox", { name: "Preset" })).toHaveDisplayValue("Poet");
  await expect.element(page.getByRole("button", { name: "Save as preset" })).toHaveFocus();
  await page.getByRole("combobox", { name: "Preset" }).selectOptions("None");
  await system.fill("");
  await page.getByRole("combobox", { name: "Preset" }).selectOptions("Poet");
  await expect.element(system).toHaveValue("Rhyme.");
  app.page.chat.newChat();
  expect(app.page.chat.store.getState().conversation.settings).toMatchObject({ system: "Rhyme.", temperature: 1.2 });
  await page.getByRole("button", { name: "Delete preset" }).click();
  app.page.chat.newChat();
  expect(app.page.chat.store.getState().conversation.settings.system).toBe("");
});

test("WB42 a window that lets go of a chat may write in it again at once; another one may not before", async () => {
  const parts = { channel: { post: () => undefined, onNote: () => undefined, onPosted: () => undefined } };
  const open = () =>
    keepChats({
      ...parts,
      shelf: indexedChats(`potluck-test-history-${Date.now()}-${(names += 1)}`),
      locks: navigator.locks,
      now: Date.now,
      deadline: () => new AbortController().signal,
      patience: () => null,
    });
  const [here, there] = [open(), open()];
  const id = `chat-${Date.now()}`;
  for (let i = 0; i < 20; i++) {
    const release = await here.claim(id, "now");
    expect(await there.claim(id, "now")).toBeNull();
    release?.();
    const again = await here.claim(id, "now");
    expect(again).not.toBeNull();
    again?.();
  }
});
