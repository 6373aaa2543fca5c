import { startDonating } from "@potluck/tool/stage";
import type { Browser, BrowserContext, Locator, Page } from "@playwright/test";
import { expect, test as base } from "./coordinator.ts";
import { waitForDraft } from "./support/guesses.ts";
import { look } from "./support/look.ts";
import { type HubModel, startHubModel, weightsFile } from "./support/hub-model.ts";

/** Enough for the whole demo model. */
const budgetMb = 60;

const test = base.extend<{ model: HubModel }>({
  // oxlint-disable-next-line no-empty-pattern
  model: async ({}, use) => {
    const model = await startHubModel();
    await use(model);
    await model.close();
  },
});

/** One visitor, whose browser keeps what it loads. `shell` is the service worker. */
async function newVisitor(browser: Browser, shell: "allow" | "block"): Promise<BrowserContext> {
  return await browser.newContext({ serviceWorkers: shell });
}

async function visit(visitor: BrowserContext, model: HubModel): Promise<Page> {
  const page = await visitor.newPage();
  await page.goto(`${model.coordinator.url}/donate?backend=wasm&debug`);
  return page;
}

async function start(page: Page): Promise<Locator> {
  await page.getByRole("spinbutton", { name: "Memory budget (MB)" }).fill(String(budgetMb));
  await page.getByRole("button", { name: "Start donating" }).click();
  return page.getByRole("status", { name: "Donation" });
}

/** Bytes of weights that the browser has stored so far. */
const keptBytes = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const top = await (await navigator.storage.getDirectory()).getDirectoryHandle("potluck", { create: true });
    const pieces = await top.getDirectoryHandle("pieces", { create: true });
    let bytes = 0;
    for await (const [name, entry] of pieces.entries()) {
      // A piece is named by its hash alone; a longer name is still being written.
      if (name.length === 64 && entry instanceof FileSystemFileHandle) bytes += (await entry.getFile()).size;
    }
    return bytes;
  });

async function startWithDraft(page: Page): Promise<void> {
  await startDonating(page, budgetMb);
  await waitForDraft(page);
}

test("PT6 the second visit of a donor, and the third after a reload, load no weight bytes, nor the draft's", async ({
  browser,
  model,
}) => {
  const visitor = await newVisitor(browser, "allow");
  const first = await visit(visitor, model);
  await startWithDraft(first);
  // The hub does see them, and each once: only some alignment between tensors comes along.
  const served = model.hub.bytesServed(weightsFile);
  expect(served).toBeGreaterThanOrEqual(model.weightBytes);
  expect(served).toBeLessThan(model.weightBytes * 1.01);
  const draftServed = model.draftHub.bytesServed(weightsFile);
  expect(draftServed).toBeGreaterThanOrEqual(model.draftWeightBytes);
  expect(draftServed).toBeLessThan(model.draftWeightBytes * 1.01);
  await first.close();

  model.hub.forget();
  model.draftHub.forget();
  const second = await visit(visitor, model);
  await expect(second.getByText("All of it is on this device already.")).toBeVisible();
  await startWithDraft(second);
  await second.reload();
  await startWithDraft(second);
  expect(model.hub.answers).toEqual([]);
  expect(model.draftHub.answers).toEqual([]);
  await visitor.close();
});

test("PT6 a flipped bit in a served weight file is refused by file and range, and nothing of it runs", async ({
  browser,
  model,
}) => {
  const visitor = await newVisitor(browser, "block");
  // In the middle of the layers.
  model.hub.damage(weightsFile, 7_000_000);
  const page = await visit(visitor, model);
  const status = await start(page);
  await expect(status).toHaveAttribute("data-state", "error");
  await expect(status).toContainText(weightsFile);
  await expect(status).toContainText("not what it should be, so it is not run");
  await expect(status).toContainText("bytes 6982159–7072271");
  await expect(status).toContainText("tell whoever runs this server");
  await look(page, "weights-corrupt");
  const { models } = await (await fetch(`${model.coordinator.url}/api/swarm`)).json();
  expect(models[0].tabsPerLayer.every((tabs: number) => tabs === 0)).toBe(true);

  // The good bytes were kept, the damaged ones were not: once the file is right, only what was refused is still to come.
  model.hub.damage(weightsFile, 7_000_000);
  await startDonating(page, budgetMb);
  expect(model.hub.bytesServed(weightsFile)).toBeLessThan(2 * model.weightBytes);
  await visitor.close();
});

test("PT9 weights that can't be had are told, and the next start loads them", async ({ browser, model }) => {
  const visitor = await newVisitor(browser, "block");
  model.hub.always(weightsFile, { kind: "status", status: 404 });
  const page = await visit(visitor, model);
  const status = await start(page);
  await expect(status).toHaveAttribute("data-state", "error");
  await expect(status).toContainText("The model's files could not be loaded.");
  await expect(status).toContainText("start again to go on from there");
  await expect(status).toContainText(weightsFile);
  await look(page, "weights-unreachable");
  model.hub.mend();
  await startDonating(page, budgetMb);
  await visitor.close();
});

test("PT6 a download whose connection breaks goes on where it broke", async ({ browser, model }) => {
  const visitor = await newVisitor(browser, "block");
  model.hub.next({ kind: "break", afterBytes: 3_000_000 }, { kind: "break", afterBytes: 1_000_000 });
  const page = await visit(visitor, model);
  await startDonating(page, budgetMb);
  expect(model.hub.bytesServed(weightsFile)).toBeLessThan(model.weightBytes + model.largestPieceBytes);
  expect(model.hub.answers.length).toBeGreaterThan(2);
  await visitor.close();
});

test("PT6 a download that the donor left in the middle goes on there at the next visit", async ({ browser, model }) => {
  const visitor = await newVisitor(browser, "block");
  // Of the two ranges that it asks for; neither is whole then.
  const stall = { kind: "stall", afterBytes: 4_500_000 } as const;
  model.hub.next(stall, stall);
  const page = await visit(visitor, model);
  await start(page);
  await expect.poll(() => keptBytes(page)).toBeGreaterThan(8_000_000);
  await page.reload();
  await startDonating(page, budgetMb);
  const served = model.hub.bytesServed(weightsFile);
  expect(served).toBeGreaterThanOrEqual(model.weightBytes);
  expect(served).toBeLessThan(model.weightBytes + model.largestPieceBytes);
  await visitor.close();
});
