/** An answer that can't go on yet, or whose page went away, as the person who asked sees it. Three donors and no standby. */
import { createCrew, closePolitely, type Crew, openPage, restartCoordinator, startDonating } from "@potluck/tool/stage";
import type { Locator, Page } from "@playwright/test";
import { rm } from "node:fs/promises";
import { type Coordinator, expect, startCoordinator, test as base } from "./coordinator.ts";
import { layerOf, thirdMb } from "./support/donors.ts";

interface Stage {
  /** The one that runs now. */
  coordinator: Coordinator;
  readonly crew: Crew;
}

const test = base.extend<object, { stage: Stage }>({
  stage: [
    async ({ browser }, use) => {
      const coordinator = await startCoordinator();
      const crew = createCrew({ url: coordinator.url, budgetMb: thirdMb, browser });
      const stage: Stage = { coordinator, crew };
      await use(stage);
      await crew.close();
      await stage.coordinator.stop();
      await rm(coordinator.dataDir, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 180_000 },
  ],
});

const answerOf = (page: Page): Locator => page.locator('article[data-role="assistant"]').last();
const textOf = (page: Page): Locator => answerOf(page).locator('[data-part="text"]');
const someWords = /\w+ \w+ \w+ \w+/;

async function send(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill("Tell me a long story about a fox and a lantern.");
  await page.getByRole("button", { name: "Send" }).click();
}

/** A chat page at temperature 0, and what it answers when nothing happens. */
async function askUndisturbed(page: Page, maxTokens = 64): Promise<string> {
  await page.getByRole("spinbutton", { name: "Temperature" }).fill("0");
  await page.getByRole("spinbutton", { name: "Max tokens" }).fill(String(maxTokens));
  await send(page);
  await expect(answerOf(page)).toHaveAttribute("data-state", "done");
  const text = await textOf(page).innerText();
  await page.getByRole("button", { name: "New chat" }).first().click();
  await expect(answerOf(page)).toHaveCount(0);
  return text;
}

test("PT12 a reload in mid-answer: the page shows what it had, goes on, and ends with the same text", async ({
  browser,
  stage: { coordinator, crew },
}) => {
  await crew.clear();
  await crew.muster(1);
  const { page, context } = await openPage(browser, coordinator.url, "/");
  const undisturbed = await askUndisturbed(page);
  await send(page);
  await expect(textOf(page)).toContainText(someWords);
  await page.reload();
  await expect(textOf(page)).toContainText(someWords);
  await expect(answerOf(page)).toHaveAttribute("data-state", "done");
  expect(await textOf(page).innerText()).toBe(undisturbed);
  await context.close();
});

const meanwhile: Readonly<Record<string, (stage: Stage, page: Page) => Promise<void>>> = {
  "": async () => undefined,
  ", over a reload of its page": async (_, page) => {
    await page.reload();
  },
  ", over a restart of the coordinator": async (stage) => {
    stage.coordinator = await restartCoordinator(stage.coordinator);
  },
};

for (const [name, befalls] of Object.entries(meanwhile)) {
  test(`PT12 an answer that lost layers without a standby says which, and goes on when they come${name}`, async ({
    browser,
    stage,
  }) => {
    const { crew, coordinator } = stage;
    await crew.clear();
    await crew.muster(1);
    const { page, context } = await openPage(browser, coordinator.url, "/");
    const undisturbed = await askUndisturbed(page);
    await send(page);
    await expect(textOf(page)).toContainText(someWords);
    const [middle] = crew.holding(layerOf.middle);
    if (middle === undefined) throw new Error("nobody holds the middle");
    await closePolitely(middle);
    crew.lose(middle);
    const waiting = `Waiting for a donor for layers ${middle.from}–${middle.to - 1}`;
    await expect(answerOf(page)).toContainText(waiting);
    await befalls(stage, page);
    await expect(answerOf(page)).toContainText(waiting);
    await expect(textOf(page)).toContainText(someWords);
    await crew.muster(1);
    await expect(answerOf(page)).toHaveAttribute("data-state", "done");
    expect(await textOf(page).innerText()).toBe(undisturbed);
    await context.close();
  });
}

/** A donor that stops works on for five seconds; this takes longer. */
const longerThanAHandOver = 400;

for (const restarts of [false, true]) {
  test(`PT12 a donor that stopped and starts again takes its place${restarts ? ", over a restart of the coordinator" : ""}`, async ({
    browser,
    stage,
  }) => {
    const { crew, coordinator } = stage;
    await crew.clear();
    await crew.muster(1);
    const { page, context } = await openPage(browser, coordinator.url, "/");
    const undisturbed = await askUndisturbed(page, longerThanAHandOver);
    const [last] = crew.holding(layerOf.last);
    if (last === undefined) throw new Error("nobody holds the end");
    // Or the answer is over before the hand-over is.
    await last.page.evaluate(() => window.potluckStage?.slow(200));
    await send(page);
    await expect(textOf(page)).toContainText(someWords);
    // The page stays open, and is the same tab to everybody.
    await last.page.getByRole("button", { name: "Stop donating" }).click();
    await expect(answerOf(page)).toContainText(`Waiting for a donor for layers ${last.from}–${last.to - 1}`);
    await last.page.evaluate(() => window.potluckStage?.slow(0));
    if (restarts) stage.coordinator = await restartCoordinator(stage.coordinator);
    await startDonating(last.page, thirdMb);
    await expect(answerOf(page)).toHaveAttribute("data-state", "done");
    expect(await textOf(page).innerText()).toBe(undisturbed);
    await context.close();
  });
}
