/**
 * `npm run screenshots`: pictures of the real pages in use, for the README; written to docs/. Build first. With `-- --all`
 * every page in both themes and both sizes, to look at before a change of looks is committed.
 */
import { chromium, type Page } from "@playwright/test";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromiumArgs, openDonor, openPage, startCoordinator } from "./stage/index.ts";

const folder = fileURLToPath(new URL("../../../docs/", import.meta.url));
/** Of the demo model, a third each. */
const donorBudgetsMb = [9, 9, 9];
const sizes = { "": { width: 1280, height: 800 }, "-phone": { width: 390, height: 844 } };
const questions = ["My name is Ada.", "Tell me a short story about a fox and a lantern.", "What is my name?"];

/** What the repository keeps; the rest would only make it heavier. */
const kept = ["chat", "chat-dark", "chat-phone", "chat-phone-dark", "donate", "swarm"];
const all = process.argv.includes("--all");

/** In both themes and sizes: `name.png`, `name-dark.png`, `name-phone.png`, `name-phone-dark.png`. */
async function picture(page: Page, name: string): Promise<void> {
  for (const [suffix, size] of Object.entries(sizes)) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"] as const) {
      const file = `${name}${suffix}${colorScheme === "dark" ? "-dark" : ""}`;
      if (!all && !kept.includes(file)) continue;
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${folder}${file}.png`, animations: "disabled", caret: "hide" });
    }
  }
  await page.setViewportSize(sizes[""]);
}

async function askByHand(page: Page, question: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(question);
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator('article[data-role="assistant"]:last-of-type[data-state="streaming"]').waitFor();
}

async function answered(page: Page, answers: number): Promise<void> {
  await page
    .locator('article[data-role="assistant"][data-state="done"]')
    .nth(answers - 1)
    .waitFor();
}

const executablePath = process.env["CHROMIUM_PATH"];
const browser = await chromium.launch({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: [...chromiumArgs],
});
const coordinator = await startCoordinator();
try {
  const donors: Page[] = [];
  for (const budgetMb of donorBudgetsMb) donors.push((await openDonor(browser, coordinator.url, budgetMb)).page);
  const { page: chat } = await openPage(browser, coordinator.url, "/");
  await chat.getByRole("spinbutton", { name: "Temperature" }).fill("0");
  for (const [i, question] of questions.entries()) {
    await askByHand(chat, question);
    await answered(chat, i + 1);
  }
  await picture(chat, "chat");

  const { page: swarm } = await openPage(browser, coordinator.url, "/swarm");
  await swarm.getByText("Every layer is held.").waitFor();
  await picture(swarm, "swarm");

  // A chat that runs, so that the donor is seen serving it.
  const serving = donors[1];
  if (serving === undefined) throw new Error("no donor to look at");
  await askByHand(chat, "Tell me a long story.");
  await serving.locator('[role="status"][data-state="serving"]').waitFor();
  await picture(serving, "donate");
} finally {
  await browser.close();
  await coordinator.stop();
  await rm(coordinator.dataDir, { recursive: true, force: true });
}
