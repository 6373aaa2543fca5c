/** A visitor's first minute, driven as a person would: by what the pages say, not by how they are made. */
import { openDonor, openPage, startDonating, type StagePage } from "@potluck/tool/stage";
import type { Browser, Locator, Page } from "@playwright/test";
import { type Coordinator, expect, test } from "./coordinator.ts";
import { closeAll } from "./support/donors.ts";

/** Holds the whole demo model. */
const wholeMb = 60;
const story = "Tell me a long story about a fox and a lantern.";
const paths = ["/", "/donate", "/swarm"] as const;

interface ModelCount {
  readonly sessions: number;
  readonly available: boolean;
}

async function swarm(url: string): Promise<{ readonly donors: number; readonly models: readonly ModelCount[] }> {
  const answer = await fetch(`${url}/api/swarm`);
  return (await answer.json()) as Awaited<ReturnType<typeof swarm>>;
}

/** Donors of the test before may need some heartbeats to be missed. */
const nobodyLeft = (url: string): Promise<void> => expect.poll(async () => (await swarm(url)).donors).toBe(0);

const message = (page: Page): Locator => page.getByRole("textbox", { name: "Message", exact: true });
const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const log = (page: Page): Locator => page.getByRole("log", { name: "Conversation", exact: true });
const donation = (page: Page): Locator => page.getByRole("status", { name: "Donation", exact: true });
const answers = (page: Page): Locator => log(page).getByRole("article").and(page.locator('[data-role="assistant"]'));
const questions = (page: Page): Locator => log(page).getByRole("article").and(page.locator('[data-role="user"]'));
const text = (answer: Locator): Promise<string> => answer.locator('[data-part="text"]').innerText();
const goTo = (page: Page, name: string): Promise<void> =>
  page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name, exact: true }).click();

async function setting(page: Page, name: "Temperature" | "Max tokens" | "Seed", value: string): Promise<void> {
  await page.getByRole("spinbutton", { name, exact: true }).fill(value);
}

/** Sends and waits for the whole answer. */
async function say(page: Page, words: string): Promise<Locator> {
  const before = await answers(page).count();
  await message(page).fill(words);
  await button(page, "Send").click();
  const answer = answers(page).nth(before);
  await expect(answer).toHaveAttribute("data-state", "done");
  return answer;
}

/** A donor of the whole model, and somebody who chats. */
async function donorAndAsker(browser: Browser, { url }: Coordinator): Promise<readonly [StagePage, StagePage]> {
  await nobodyLeft(url);
  const donor = await openDonor(browser, url, wholeMb);
  return [donor, await openPage(browser, url, "/")];
}

test("PT3 WB19 two windows with the suggested budget answer a prompt through two tabs", async ({
  browser,
  coordinator,
}) => {
  await nobodyLeft(coordinator.url);
  const pages: StagePage[] = [];
  for (const held of [/Still missing: layers/, /Every layer of .* is held/]) {
    const donor = await openPage(browser, coordinator.url, "/donate");
    pages.push(donor);
    await expect(donor.page.getByText("two tabs share")).toBeVisible();
    await button(donor.page, "Start donating").click();
    await expect(donation(donor.page)).toHaveAttribute("data-state", "ready");
    await expect(donor.page.getByText(held)).toBeVisible();
  }
  const asker = await openPage(browser, coordinator.url, "/");
  pages.push(asker);
  const answer = await say(asker.page, "What is 17 + 25?");
  await expect(answer).toContainText("through 2 tabs");
  await closeAll(pages);
});

test("PT3 an answer streams, says how it came, and the next message builds on it", async ({ browser, coordinator }) => {
  const pages = await donorAndAsker(browser, coordinator);
  const { page } = pages[1];
  await setting(page, "Temperature", "0");
  await message(page).fill(story);
  await button(page, "Send").click();
  const answer = answers(page).first();
  await expect(questions(page).first()).toContainText(story);
  await expect(answer).toHaveAttribute("data-state", "streaming");
  await expect.poll(async () => (await text(answer)).length).toBeGreaterThan(0);
  const early = (await text(answer)).length;
  await expect(answer).toHaveAttribute("data-state", "done");
  expect((await text(answer)).length).toBeGreaterThan(early);
  await expect(answer).toContainText(/through 1 tab\s*\d+\.\d tokens\/s\s*first token after [\d.]+ m?s/);

  await say(page, "My name is Ada.");
  expect(await text(await say(page, "What is my name?"))).toContain("Ada");
  await expect(questions(page)).toHaveCount(3);

  await button(page, "New chat").click();
  await expect(log(page).getByRole("article")).toHaveCount(0);
  await expect(donation(pages[0].page)).toHaveAttribute("data-state", "ready");
  expect(await text(await say(page, "What is my name?"))).not.toContain("Ada");
  await closeAll(pages);
});

test("PT3 Stop in mid-answer keeps the text, and frees what the answer held", async ({ browser, coordinator }) => {
  const pages = await donorAndAsker(browser, coordinator);
  const [{ page: donor }, { page }] = pages;
  await message(page).fill(story);
  await button(page, "Send").click();
  const answer = answers(page).first();
  await expect.poll(async () => (await text(answer)).length).toBeGreaterThan(10);
  await expect(donation(donor)).toHaveAttribute("data-state", "serving");
  await button(page, "Stop").click();
  await expect(answer).toHaveAttribute("data-state", "done");
  await expect(button(page, "Send")).toBeVisible();
  await expect(button(page, "Stop")).toHaveCount(0);
  await expect(answer).toContainText("Stopped.");
  expect((await text(answer)).length).toBeGreaterThan(10);
  await expect.poll(async () => (await swarm(coordinator.url)).models.map(({ sessions }) => sessions)).toEqual([0]);
  await expect(donation(donor)).toHaveAttribute("data-state", "ready");
  await say(page, "What is 17 + 25?");
  await closeAll(pages);
});

test("PT3 the settings count: a seed gives its answer again, another seed another", async ({
  browser,
  coordinator,
}) => {
  const pages = await donorAndAsker(browser, coordinator);
  const { page } = pages[1];
  await setting(page, "Temperature", "0.8");
  await setting(page, "Max tokens", "48");
  const told: string[] = [];
  for (const seed of ["7", "7", "8"]) {
    await setting(page, "Seed", seed);
    const answer = await say(page, story);
    await expect(answer).toContainText(`seed ${seed}`);
    await expect(answer).toContainText("Cut off at the longest allowed answer");
    told.push(await text(answer));
    await button(page, "New chat").click();
  }
  expect(told[1]).toBe(told[0]);
  expect(told[2]).not.toBe(told[0]);
  await closeAll(pages);
});

test("PT3 WB7 where nobody donates, the model runs in the visitor's own tab", async ({ browser, coordinator }) => {
  await nobodyLeft(coordinator.url);
  const asker = await openPage(browser, coordinator.url, "/");
  await expect(log(asker.page)).toContainText("Nobody serves all of");
  await button(asker.page, "Run it in this tab").click();
  const answer = await say(asker.page, "What is 17 + 25?");
  await expect(answer).toContainText(/this tab only\s*\d+\.\d tokens\/s/);
  expect((await swarm(coordinator.url)).donors).toBe(0);
  await closeAll([asker]);
});

test("PT3 WB7 who waits in vain can still run the model here", async ({ browser, coordinator }) => {
  await nobodyLeft(coordinator.url);
  const asker = await openPage(browser, coordinator.url, "/");
  await message(asker.page).fill("What is 17 + 25?");
  await button(asker.page, "Send").click();
  const answer = answers(asker.page).first();
  await expect(answer).toContainText("Waiting for a donor for layers 0–11");
  await answer.getByRole("button", { name: "Run it in this tab" }).click();
  await expect(answer).toHaveAttribute("data-state", "done");
  await expect(answer).toContainText("this tab only");
  await closeAll([asker]);
});

test("PT3 WB12 the swarm page follows donors that come and go", async ({ browser, coordinator }) => {
  await nobodyLeft(coordinator.url);
  const watcher = await openPage(browser, coordinator.url, "/swarm");
  const layers = watcher.page.getByRole("img", { name: /layers 0–11 on/ });
  await expect(layers).toHaveAccessibleName(/layers 0–11 on no tab$/);
  await expect(watcher.page.getByText("Be the first")).toBeVisible();
  const donor = await openDonor(browser, coordinator.url, wholeMb);
  await expect(layers).toHaveAccessibleName(/layers 0–11 on 1 tab$/);
  await expect(watcher.page.getByText("Every layer is held.")).toBeVisible();
  await button(donor.page, "Stop donating").click();
  await expect(layers).toHaveAccessibleName(/layers 0–11 on no tab$/);
  await closeAll([watcher, donor]);
});

test("PT3 WB9 donating goes on while its owner chats and looks around", async ({ browser, coordinator }) => {
  await nobodyLeft(coordinator.url);
  const donor = await openDonor(browser, coordinator.url, wholeMb);
  const { page } = donor;
  await goTo(page, "Chat");
  await expect(await say(page, "What is 17 + 25?")).toContainText("through 1 tab");
  await goTo(page, "Swarm");
  await expect(page.getByRole("img", { name: /layers 0–11 on 1 tab$/ })).toBeVisible();
  await goTo(page, "Chat");
  await expect(answers(page)).toHaveCount(1);
  await goTo(page, "Donate");
  await expect(donation(page)).toHaveAttribute("data-state", /ready|serving/);
  await button(page, "Stop donating").click();
  await expect(donation(page)).toHaveAttribute("data-state", "idle");
  expect((await swarm(coordinator.url)).donors).toBe(0);
  await closeAll([donor]);
});

test("PT3 WB8 a chosen budget is remembered", async ({ browser, coordinator }) => {
  const donor = await openPage(browser, coordinator.url, "/donate");
  const budget = donor.page.getByRole("spinbutton", { name: "Memory budget (MB)" });
  await expect(budget).not.toHaveValue("");
  await startDonating(donor.page, 21);
  await donor.page.reload();
  await expect(budget).toHaveValue("21");
  await closeAll([donor]);
});

test("PT3 everything in a chat can be done with the keyboard", async ({ browser, coordinator }) => {
  const pages = await donorAndAsker(browser, coordinator);
  const { page } = pages[1];
  await expect(log(page)).toContainText("at the table");
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press("Tab");
    if (await message(page).evaluate((input) => input === document.activeElement)) break;
  }
  await expect(message(page)).toBeFocused();
  await page.keyboard.type(story);
  await page.keyboard.press("Enter");
  const answer = answers(page).first();
  await expect.poll(async () => (await text(answer)).length).toBeGreaterThan(0);
  await page.keyboard.press("Escape");
  await expect(answer).toHaveAttribute("data-state", "done");
  await expect(answer).toContainText("Stopped.");
  await expect(message(page)).toBeFocused();
  await closeAll(pages);
});

test("PT3 WB14 nothing scrolls sideways on a phone", async ({ browser, coordinator }) => {
  const pages = await donorAndAsker(browser, coordinator);
  const { page } = pages[1];
  await page.setViewportSize({ width: 390, height: 844 });
  await say(page, "What is 17 + 25?");
  const opened = await Promise.all(paths.map((path) => openPage(browser, coordinator.url, path)));
  await Promise.all(opened.map((other) => other.page.setViewportSize({ width: 390, height: 844 })));
  await expect(opened[1]?.page.getByText("Most needed now") ?? log(page)).toBeVisible();
  await expect(opened[2]?.page.getByRole("img", { name: /layers 0–11/ }) ?? log(page)).toBeVisible();
  await pages[0].page.setViewportSize({ width: 390, height: 844 });
  for (const { page: phone } of [...pages, ...opened]) {
    const { wide, shown } = await phone.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      shown: document.documentElement.clientWidth,
    }));
    expect(wide, phone.url()).toBe(shown);
    expect(shown).toBe(390);
  }
  await closeAll([...pages, ...opened]);
});
