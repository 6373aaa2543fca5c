import { openPage, startCoordinator } from "@potluck/tool/stage";
import type { Page } from "@playwright/test";
import { expect, test } from "./coordinator.ts";

interface Manifest {
  readonly icons: readonly { readonly src: string; readonly sizes: string; readonly purpose?: string }[];
  readonly screenshots: readonly { readonly src: string; readonly sizes: string; readonly form_factor: string }[];
  readonly shortcuts: readonly { readonly url: string }[];
}

async function send(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.locator('article[data-role="assistant"]').last()).toHaveAttribute("data-state", "done");
}

test("WB62 the page can be installed: worker, icons, shortcuts and pictures are what browsers ask for", async ({
  browser,
}) => {
  const coordinator = await startCoordinator();
  const { page, context } = await openPage(browser, coordinator.url, "/");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const devtools = await context.newCDPSession(page);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // Contexts of tests are private windows, which is the one thing that stands in the way.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual([]);
  const { errors, data } = await devtools.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data ?? "") as Manifest;
  expect(manifest.shortcuts.map(({ url }) => url)).toEqual(["/", "/donate", "/swarm"]);
  expect(manifest.icons.some(({ purpose }) => purpose === "maskable")).toBe(true);
  expect(manifest.screenshots.map(({ form_factor }) => form_factor)).toEqual(["wide", "narrow"]);
  for (const { src, sizes } of [...manifest.icons, ...manifest.screenshots]) {
    const size = await page.evaluate(async (url) => {
      const image = await createImageBitmap(await (await fetch(url)).blob());
      return `${image.width}x${image.height}`;
    }, src);
    expect([src, size]).toEqual([src, sizes]);
  }
  await context.close();
  await coordinator.kill();
});

test("WB62 every page opens without the server and without a network, and says that it is away", async ({
  browser,
}) => {
  const coordinator = await startCoordinator();
  const { page, context } = await openPage(browser, coordinator.url, "/");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await coordinator.kill();
  await context.setOffline(true);
  for (const path of ["/", "/donate", "/swarm"]) {
    await page.goto(new URL(path, coordinator.url).href);
    await expect(page.getByRole("heading", { level: 1 })).toBeAttached();
    await expect(page.locator('[data-connection="offline"]')).toBeVisible();
  }
  await context.close();
});

test("PT9 a tab that has run the model answers without the server, also after a reload", async ({ browser }) => {
  const coordinator = await startCoordinator();
  const { page, context } = await openPage(browser, coordinator.url, "/");
  await page.getByRole("spinbutton", { name: "Temperature" }).fill("0");
  await page.getByRole("button", { name: "Run it in this tab" }).click();
  await send(page, "Hello!");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await coordinator.kill();
  await page.reload();
  await send(page, "What is 17 + 25?");
  await expect(page.getByRole("log", { name: "Conversation" })).toContainText("42");
  await context.close();
});
