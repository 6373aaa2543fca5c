import { ask, openPage } from "@potluck/tool/stage";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, startCoordinator, test } from "./coordinator.ts";
import { closeAll, modelId, threeDonors } from "./support/donors.ts";

/** No word of any dictionary, and none that the page or the protocol uses. */
const rareWord = "zyxquolphi";

test("PT4 the coordinator sees no text and no frame of an answer; the data channels carry it", async ({ browser }) => {
  const coordinator = await startCoordinator();
  const received: string[] = [];
  const donors = await threeDonors(browser, coordinator.url);
  const asker = await openPage(browser, coordinator.url, "/");
  const pages = [...donors, asker];
  for (const { page, context } of pages) {
    context.on("request", (request) =>
      received.push(`${request.method()} ${request.url()} ${request.postData() ?? ""}`),
    );
    page.on("websocket", (socket) => {
      socket.on("framesent", ({ payload }) => received.push(payload.toString()));
    });
    // From here on everything that the page sends is on record, its socket's first word included.
    await page.reload();
  }
  for (const { page } of donors) {
    await page.getByRole("spinbutton", { name: "Memory budget (MB)" }).fill("9");
    await page.getByRole("button", { name: "Start donating" }).click();
    await page.locator('[role="status"][aria-label="Donation"][data-state="ready"]').waitFor();
  }
  const answer = await ask(asker.page, {
    modelId,
    messages: [{ role: "user", content: `Please repeat this word: ${rareWord}` }],
    maxNewTokens: 24,
  });
  expect(answer.ids.length).toBeGreaterThan(0);
  expect(answer.stats.tabs).toBeGreaterThanOrEqual(3);

  // The test would be blind without these: the socket was heard, and it did carry the route.
  expect(received.some((text) => text.includes("request-route"))).toBe(true);
  expect(received.some((text) => text.includes("relay"))).toBe(true);
  const stored = await filesIn(coordinator.dataDir);
  const metrics = await (await fetch(`${coordinator.url}/metrics`)).text();
  const swarm = await (await fetch(`${coordinator.url}/api/swarm`)).text();
  const everything = [...received, ...stored, metrics, swarm, coordinator.output()];
  for (const needle of [
    rareWord,
    rareWord.slice(0, 6),
    answer.text.trim(),
    Buffer.from(rareWord).toString("base64").slice(0, 12),
  ]) {
    expect(needle.length).toBeGreaterThan(3);
    expect(everything.filter((text) => text.includes(needle))).toEqual([]);
  }
  // A hidden state of one token is 1 KB; the largest thing a socket carries is an offer, and that is text.
  expect(everything.filter((text) => text.includes("\u0000")).length).toBe(0);
  const carried = await Promise.all(donors.map(({ page }) => dataChannelBytes(page)));
  // One row of 256 f32 values a token from every hop but the last, which sends only ids.
  expect(carried.filter((bytes) => bytes > 1024 * answer.ids.length).length).toBeGreaterThanOrEqual(2);
  await closeAll(pages);
  await coordinator.stop();
});

async function dataChannelBytes(page: Page): Promise<number> {
  return await page.evaluate(() => window.potluckTab?.traffic().sentBytes ?? 0);
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  return await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), "latin1")));
}
