/** The history of chats as a person uses it, on a wide screen and on a phone, with the real swarm behind it. */
import { openDonor, type StagePage } from "@potluck/tool/stage";
import type { BrowserContext, Locator, Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { expect, test } from "./coordinator.ts";
import { closeAll } from "./support/donors.ts";

/** Holds the whole demo model. */
const wholeMb = 60;
const story = "Tell me a long story about a fox and a lantern.";

const message = (page: Page): Locator => page.getByRole("textbox", { name: "Message", exact: true });
const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const answers = (page: Page): Locator => page.locator('article[data-role="assistant"]');
const text = (page: Page): Promise<string> => answers(page).last().locator('[data-part="text"]').innerText();
const rows = (page: Page): Locator => page.locator(".history-name");

async function say(page: Page, words: string): Promise<void> {
  await message(page).fill(words);
  await button(page, "Send").click();
  await agree(page);
  await expect(answers(page).last()).toHaveAttribute("data-state", "done");
}

/** The first message to the swarm asks first. */
async function agree(page: Page): Promise<void> {
  const asked = page
    .getByRole("dialog")
    .getByRole("button", { name: /go on|send/iu })
    .first();
  await expect(asked.or(answers(page).last())).toBeVisible();
  if (await asked.isVisible()) await asked.click();
}

async function menu(page: Page, title: string, action: string): Promise<void> {
  await page.getByLabel(`Actions for “${title}”`).click();
  await button(page, action).click();
}

async function openChats(page: Page): Promise<void> {
  if ((await button(page, "Chats").getAttribute("aria-expanded")) !== "true") await button(page, "Chats").click();
  await expect(page.getByRole("searchbox", { name: "Search chats" })).toBeVisible();
}

for (const [size, viewport] of Object.entries({
  wide: { width: 1280, height: 800 },
  phone: { width: 360, height: 740 },
})) {
  test(`WB35 WB37 WB38 chats are kept, found, named, deleted, brought back and taken along (${size})`, async ({
    browser,
    coordinator,
  }) => {
    const donor = await openDonor(browser, coordinator.url, wholeMb);
    const context = await browser.newContext({ viewport, acceptDownloads: true });
    const page = await context.newPage();
    await page.goto(`${coordinator.url}/?backend=wasm`);
    await say(page, "What is 17 + 25?");
    const first = await text(page);
    await expect(page).toHaveURL(/\/c\/[\w-]+\?backend=wasm$/u);
    await button(page, "New chat").click();
    await expect(answers(page)).toHaveCount(0);
    await say(page, "My name is Ada.");
    await page.reload();
    await expect(answers(page)).toHaveCount(1);

    await openChats(page);
    await expect(rows(page)).toHaveText(["My name is Ada.", "What is 17 + 25?"]);
    await menu(page, "What is 17 + 25?", "Rename");
    await page.getByRole("textbox", { name: "Name of the chat" }).fill("Sums");
    await page.keyboard.press("Enter");
    await menu(page, "Sums", "Pin");
    await expect(rows(page)).toHaveText(["Sums", "My name is Ada."]);
    await page.getByRole("searchbox", { name: "Search chats" }).fill("ada");
    await expect(rows(page)).toHaveText(["My name is Ada."]);
    await page.getByRole("searchbox", { name: "Search chats" }).fill("");

    await menu(page, "My name is Ada.", "Delete");
    await expect(rows(page)).toHaveText(["Sums"]);
    await button(page, "Undo").click();
    await expect(rows(page)).toHaveText(["Sums", "My name is Ada."]);

    const download = page.waitForEvent("download");
    await button(page, "Export all").click();
    const file = await (await download).path();
    const exported = JSON.parse(await readFile(file, "utf8")) as { readonly chats: readonly unknown[] };
    expect(exported.chats).toHaveLength(2);
    for (const title of ["Sums", "My name is Ada."]) await menu(page, title, "Delete");
    await expect(rows(page)).toHaveCount(0);
    await page.locator('input[type="file"]').setInputFiles(file);
    await expect(page.getByText("2 chats were imported.")).toBeVisible();
    await page.getByRole("link", { name: /^Sums/u }).click();
    await expect(answers(page)).toHaveCount(1);
    expect(await text(page)).toBe(first);
    await context.close();
    await closeAll([donor]);
  });
}

test("WB30 WB42 a second window sees an answer grow and end, and cannot ask meanwhile", async ({
  browser,
  coordinator,
}) => {
  const donor: StagePage = await openDonor(browser, coordinator.url, wholeMb);
  const context: BrowserContext = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const writer = await context.newPage();
  await writer.goto(`${coordinator.url}/?backend=wasm`);
  await message(writer).fill(story);
  await button(writer, "Send").click();
  await agree(writer);
  await expect(answers(writer).last()).toContainText(/\w+ \w+ \w+/u);
  const reader = await context.newPage();
  await reader.goto(writer.url());
  await expect(answers(reader)).toHaveCount(1);
  await expect(answers(writer).last()).toHaveAttribute("data-state", "done");
  await expect(answers(reader).last()).toHaveAttribute("data-state", "done");
  expect(await text(reader)).toBe(await text(writer));
  // Whoever is here last can go on.
  await writer.close();
  await say(reader, "What is 17 + 25?");
  await expect(answers(reader)).toHaveCount(2);
  await context.close();
  await closeAll([donor]);
});
