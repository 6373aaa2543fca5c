/** The chat as a person uses it, on a wide screen and on a phone, with the real swarm behind it. */
import { openDonor } from "@potluck/tool/stage";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./coordinator.ts";
import { closeAll } from "./support/donors.ts";

/** Holds the whole demo model. */
const wholeMb = 60;
const story = "Tell me a long story about a fox and a lantern.";

const message = (page: Page): Locator => page.getByRole("textbox", { name: "Message", exact: true });
const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const answers = (page: Page): Locator => page.locator('article[data-role="assistant"]');
const questions = (page: Page): Locator => page.locator('article[data-role="user"]');
const text = (page: Page): Promise<string> => answers(page).last().locator('[data-part="text"]').innerText();
const answered = (page: Page): Promise<void> => expect(answers(page).last()).toHaveAttribute("data-state", "done");

for (const [size, viewport] of Object.entries({
  wide: { width: 1280, height: 800 },
  phone: { width: 360, height: 740 },
})) {
  test(`WB35 WB36 WB49 WB51 WB52 a chat is agreed to, asked, flipped, branched, continued and explained (${size})`, async ({
    browser,
    coordinator,
  }) => {
    const donor = await openDonor(browser, coordinator.url, wholeMb);
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    await page.goto(`${coordinator.url}/?backend=wasm`);
    await expect(page.getByText("Public swarm: helping tabs can read this.")).toBeVisible();

    if (size === "phone") await button(page, "Settings").click();
    await page.getByRole("spinbutton", { name: "Max tokens", exact: true }).fill("12");
    if (size === "phone") await button(page, "Settings").click();
    await message(page).fill(story);
    await page.keyboard.press("Enter");
    const asked = page.getByRole("dialog", { name: "Send this to the public swarm?" });
    await expect(asked).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(questions(page)).toHaveCount(0);
    await expect(message(page)).toHaveValue(story);
    await button(page, "Send").click();
    await asked.getByRole("button", { name: "Send to the swarm" }).click();
    await answered(page);

    // Cut off by its longest length: it goes on after what stands.
    await expect(answers(page).last()).toContainText("Cut off at the longest allowed answer");
    const first = await text(page);
    await button(page, "Continue").click();
    await expect.poll(async () => (await text(page)).length).toBeGreaterThan(first.length);
    await answered(page);
    const longer = await text(page);
    expect(longer.startsWith(first)).toBe(true);

    await button(page, "Answer again").click();
    await expect(answers(page)).toContainText("2/2");
    await answered(page);
    await button(page, "Details").click();
    const details = page.getByRole("region", { name: "Details of this answer" });
    const way = details.getByRole("list", { name: "Way of the answer" }).getByRole("listitem");
    await expect(way).toHaveCount(3);
    await expect(way.nth(1)).toContainText("layers 0–11");
    await expect(details).toContainText(/Speed\s*\d+\.\d tokens\/s/);
    await expect(details).toContainText(/Prompt read\s*\d+ tokens/);
    await expect(details).toContainText(/Answer\s*12 tokens/);
    await button(page, "Version before").click();
    await expect.poll(() => text(page)).toBe(longer);

    await button(page, "Edit the question").click();
    await page.getByRole("textbox", { name: "Edit your question" }).fill("What is 17 + 25?");
    await page.keyboard.press("Enter");
    await expect(questions(page)).toContainText("What is 17 + 25?");
    await answered(page);
    await page
      .getByRole("group", { name: "Versions of this question" })
      .getByRole("button", { name: "Version before" })
      .click();
    await expect(questions(page)).toContainText(story);

    // What is there is there after a reload, too, and is not asked about again.
    await page.reload();
    await expect(questions(page)).toContainText(story);
    await button(page, "Answer again").click();
    await expect(answers(page)).toContainText("3/3");
    await answered(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBe(viewport.width);

    await page.getByRole("link", { name: "Who sees what" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Who sees what" })).toBeFocused();
    await page.getByRole("link", { name: "Back to the chat" }).click();
    await expect(questions(page)).toContainText(story);
    await closeAll([donor, { page, context }]);
  });
}

test("WB47 WB63 a chat by the keyboard alone, with the keys that the sheet lists", async ({ browser, coordinator }) => {
  const donor = await openDonor(browser, coordinator.url, wholeMb);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${coordinator.url}/?backend=wasm`);
  const { keyboard } = page;
  await expect(message(page)).toBeVisible();
  await keyboard.press("m");
  await expect(message(page)).toBeFocused();
  await keyboard.type("What is 17 + 25?");
  await keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  const agree = button(page, "Send to the swarm");
  for (let presses = 0; presses < 5 && !(await agree.evaluate((it) => it === document.activeElement)); presses++)
    await keyboard.press("Tab");
  await keyboard.press("Enter");
  await answered(page);
  await expect(message(page)).toBeFocused();
  await keyboard.press("Shift+Tab");
  await keyboard.press("r");
  await expect(answers(page)).toContainText("2/2");
  await answered(page);
  await keyboard.press(",");
  await expect(answers(page)).toContainText("1/2");
  await keyboard.press("d");
  await expect(page.getByRole("region", { name: "Details of this answer" })).toBeVisible();
  await keyboard.press("e");
  await expect(page.getByRole("textbox", { name: "Edit your question" })).toBeFocused();
  await keyboard.press("Escape");
  await expect(button(page, "Edit the question")).toBeFocused();
  await keyboard.press("Shift+?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet.getByRole("row")).toHaveCount(16);
  await keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  await keyboard.press("n");
  await expect(answers(page)).toHaveCount(0);
  await expect(message(page)).toBeFocused();
  await closeAll([donor, { page, context }]);
});
