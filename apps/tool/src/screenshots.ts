/**
 * `npm run screenshots`: every page in both themes, at desktop and phone size, from the built app with real donors; written
 * to docs/, and what the installed page shows of itself to apps/web/public/. Build first. A state that can't be reached is
 * named, left as it was, and makes the command fail at its end.
 */
import { chromium, type Page } from "@playwright/test";
import { PartnerRegistry } from "@potluck/signal/partners";
import { copyFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Camera, openCamera } from "./screenshots/camera.ts";
import {
  chromiumArgs,
  type Coordinator,
  openDonor,
  openPage,
  type PartnerPage,
  scriptTag,
  startCoordinator,
  startPartnerPage,
} from "./stage/index.ts";

const docs = fileURLToPath(new URL("../../../docs/", import.meta.url));
const shipped = fileURLToPath(new URL("../../web/public/", import.meta.url));
/** Of the demo model, a third each. */
const donorBudgetsMb = [9, 9, 9];
const questions = ["My name is Ada.", "Tell me a short story about a fox and a lantern.", "What is my name?"];
/** Each is reached within seconds, or not at all. */
const stepMs = 10_000;

async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(question);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  // Asked once, before the first message to the public swarm.
  const consent = page.getByRole("dialog").getByRole("button", { name: "Send to the swarm" });
  await page.locator('article[data-role="assistant"]').last().or(consent.first()).first().waitFor();
  if (await consent.first().isVisible()) await consent.first().click();
}

const answered = (page: Page, answers: number): Promise<void> =>
  page
    .locator('article[data-role="assistant"][data-state="done"]')
    .nth(answers - 1)
    .waitFor();

/** Leaves whatever lies over the page. */
async function escape(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").first().waitFor({ state: "hidden" });
}

/** A partner's page whose site the coordinator knows. */
async function openPartner({ url, dataDir }: Coordinator): Promise<PartnerPage> {
  const registry = await PartnerRegistry.open(dataDir);
  const draft = { name: "The Harbour Notebook", origins: ["http://unused.example"], maxTabs: 100, isListed: true };
  const { key } = await registry.add(draft, Date.now());
  const page = await startPartnerPage({ swarmUrl: url, site: key, body: scriptTag(url, key, 'data-backend="wasm"') });
  await registry.change(key, { origins: [page.url] }, Date.now());
  const until = performance.now() + stepMs;
  while (!(await (await fetch(`${url}/api/partners`)).text()).includes(page.url)) {
    if (performance.now() > until) throw new Error("the coordinator does not know the partner");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return page;
}

const started = performance.now();
const executablePath = process.env["CHROMIUM_PATH"];
const browser = await chromium.launch({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: [...chromiumArgs],
});
const coordinator = await startCoordinator();
const leftOut: string[] = [];
try {
  const camera = await openCamera(browser, docs);
  const open = async (path: "/" | "/donate" | "/swarm"): Promise<Page> => {
    const { page } = await openPage(browser, coordinator.url, path);
    page.setDefaultTimeout(stepMs);
    return page;
  };
  /** One state that is not there shall not cost the pictures of the others. */
  const state = async (name: string, reach: (camera: Camera) => Promise<void>): Promise<void> => {
    try {
      await reach(camera);
      console.log(`${name} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
    } catch (error) {
      leftOut.push(`${name}: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`);
    }
  };

  await state("an empty swarm", async () => {
    const page = await open("/");
    await page.getByRole("link", { name: "Be the first" }).waitFor();
    await camera.take(page, "chat-empty");
    await page.getByRole("button", { name: "Invite others" }).click();
    await page.getByRole("img", { name: "QR code of the link" }).waitFor();
    await camera.take(page, "invite");
    await page.context().close();
  });
  await state("before donating", async () => {
    const page = await open("/donate");
    await page.getByRole("button", { name: "Start donating" }).waitFor();
    await camera.take(page, "donate-idle");
    await page.context().close();
  });

  const donors: Page[] = [];
  for (const budgetMb of donorBudgetsMb) donors.push((await openDonor(browser, coordinator.url, budgetMb)).page);
  const [, serving] = donors;
  if (serving === undefined) throw new Error("no donor to look at");
  serving.setDefaultTimeout(stepMs);

  const chat = await open("/");
  await state("a chat", async () => {
    for (const [i, question] of questions.entries()) {
      await ask(chat, question);
      await answered(chat, i + 1);
    }
    await camera.take(chat, "chat");
    await copyFile(`${docs}chat.png`, `${shipped}screenshot-wide.png`);
    await copyFile(`${docs}chat-phone.png`, `${shipped}screenshot-narrow.png`);
  });
  await state("how an answer came", async () => {
    const toggle = chat.getByRole("button", { name: "Details", exact: true }).nth(1);
    await toggle.click();
    const drawer = chat.getByRole("region", { name: "Details of this answer" });
    await camera.take(chat, "chat-drawer", () => drawer.scrollIntoViewIfNeeded());
    await toggle.click();
  });
  await state("the history", async () => {
    await camera.take(chat, "chat-history", async (page) => {
      // Beside the chat where there is room, over it elsewhere.
      const history = page.locator("#history");
      if (!(await history.isVisible())) await page.getByRole("button", { name: "Chats", exact: true }).click();
      await history.waitFor();
    });
    await escape(chat);
  });
  await state("the swarm", async () => {
    const page = await open("/swarm");
    await page.getByText("Every layer is held.").first().waitFor();
    await camera.take(page, "swarm");
    await page.context().close();
  });
  await state("privacy", async () => {
    const page = await open("/");
    await page.goto(`${coordinator.url}/privacy`);
    await page.getByRole("heading", { level: 1, name: "Who sees what" }).waitFor();
    await camera.take(page, "privacy");
    await page.context().close();
  });
  await state("donating", async () => {
    // Whatever lies over the other page.
    await ask(await open("/"), "Tell me a long story.");
    await serving.locator('[role="status"][aria-label="Donation"][data-state="serving"]').waitFor();
    await camera.take(serving, "donate");
  });
  await state("a paused donation", async () => {
    await serving.getByRole("button", { name: "Pause", exact: true }).click();
    await serving.locator('[role="status"][aria-label="Donation"][data-state="paused"]').waitFor();
    await camera.take(serving, "donate-paused");
  });
  await state("a partner's page and what its visitor is asked", async () => {
    const partner = await openPartner(coordinator);
    const { page } = await openPage(browser, partner.url, "/");
    page.setDefaultTimeout(stepMs);
    const frame = page.frameLocator('iframe[title="Potluck"]');
    await frame.getByRole("button", { name: "See what happens" }).click();
    await frame.getByRole("dialog").waitFor();
    await camera.take(page, "partner-question");
    await page.context().close();
    await partner.close();
  });
  await state("partners", async () => {
    const page = await open("/");
    await page.goto(`${coordinator.url}/partners`);
    await page.getByRole("table").first().waitFor();
    await camera.take(page, "partners");
    await page.context().close();
  });
  await camera.close();
} finally {
  await browser.close();
  await coordinator.stop();
  await rm(coordinator.dataDir, { recursive: true, force: true });
}
if (leftOut.length > 0) {
  console.error(`Left out:\n${leftOut.map((line) => `  ${line}`).join("\n")}`);
  process.exitCode = 1;
}
