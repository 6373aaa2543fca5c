/** What befalls real pages, each told by what happened and what to do. Most donors are one tab with the whole demo model. */
import { openDonor, openPage, startDonating } from "@potluck/tool/stage";
import type { Browser, BrowserContext, Locator, Page } from "@playwright/test";
import { expect, startCoordinator, test as base } from "./coordinator.ts";
import type { Coordinator } from "./coordinator.ts";
import { rm } from "node:fs/promises";
import { look } from "./support/look.ts";

const wholeModelMb = 60;

interface Fixtures {
  /** Starts a coordinator that ends with the test, whatever becomes of it. */
  readonly start: typeof startCoordinator;
  /** A coordinator of the test's own: nobody else's donors serve here, and it may be killed. */
  readonly own: Coordinator;
}

const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern
  start: async ({}, use) => {
    const started: Coordinator[] = [];
    await use(async (options) => {
      const coordinator = await startCoordinator(options);
      started.push(coordinator);
      return coordinator;
    });
    for (const coordinator of started) {
      await coordinator.stop();
      await rm(coordinator.dataDir, { recursive: true, force: true });
    }
  },
  own: async ({ start }, use) => {
    await use(await start());
  },
});

const donationOf = (page: Page): Locator => page.getByRole("status", { name: "Donation" });
const answerOf = (page: Page): Locator => page.locator('article[data-role="assistant"]').last();

async function send(page: Page, text: string): Promise<Locator> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
  return answerOf(page);
}

async function expectSentence(place: Locator, what: string, advice: string): Promise<void> {
  await expect(place).toContainText(what);
  await expect(place).toContainText(advice);
}

/** A donor's page without a service worker, which would hide its requests from the test. */
async function openPlain(browser: Browser, url: string): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ serviceWorkers: "block", permissions: ["local-network-access"] });
  const page = await context.newPage();
  await page.goto(url);
  return { page, context };
}

test("PT9 no WebGPU: the device report says so, and so does Start where WebGPU is insisted on", async ({
  browser,
  own,
}) => {
  const context = await browser.newContext();
  await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "gpu"));
  const page = await context.newPage();
  const device = page.getByRole("region", { name: "This device", exact: true });

  await page.goto(`${own.url}/donate`);
  await expectSentence(device, "This browser has no WebGPU here.", "the CPU works too");
  await expect(device).toContainText("so the CPU would compute, more slowly");
  await look(page, "no-webgpu");

  await page.goto(`${own.url}/donate?backend=webgpu`);
  await expectSentence(device, "This browser has no WebGPU here.", "Use a current Chrome, Edge, Firefox or Safari");
  await page.getByRole("button", { name: "Start donating" }).click();
  await expect(donationOf(page)).toHaveAttribute("data-state", "error");
  await expectSentence(donationOf(page), "This browser has no WebGPU here.", "without ?backend=webgpu");
  await look(page, "no-webgpu-start");
  await context.close();
});

test("PT9 no f16: a donor is told before anything is loaded, and so is who runs the model here", async ({
  browser,
  start,
}) => {
  const coordinator = await start({ env: { POTLUCK_MODELS: "swarm-demo-10m-q4f16" } });
  for (const backend of ["webgpu", "wasm"] as const) {
    const { page, context } = await openPage(browser, coordinator.url, "/donate", backend);
    await page.getByRole("button", { name: "Start donating" }).click();
    await expect(donationOf(page)).toHaveAttribute("data-state", "error");
    await expectSentence(donationOf(page), "does not compute in 16-bit floats", "Use a device that can run it");
    await look(page, `no-f16-${backend}`);
    await context.close();
  }
  const asker = await openPage(browser, coordinator.url, "/", "webgpu");
  await asker.page.getByRole("button", { name: "Run it in this tab" }).click();
  const answer = await send(asker.page, "What is 17 + 25?");
  await expect(answer).toHaveAttribute("data-state", "failed");
  await expectSentence(answer, "half precision", "ends in q4");
  await look(asker.page, "no-f16-here");
  await asker.context.close();
});

test("PT9 a lost device is told, and Start brings the donor back", async ({ browser, own }) => {
  const context = await browser.newContext({ serviceWorkers: "block", permissions: ["local-network-access"] });
  // Init scripts do not reach workers, and the device lives in one: this keeps hold of it, as a driver would.
  await context.route(/\/engine\.worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const hold = `{
      const open = GPUAdapter.prototype.requestDevice;
      GPUAdapter.prototype.requestDevice = async function (...asked) {
        const device = await open.apply(this, asked);
        new BroadcastChannel("lose-device").onmessage = () => device.destroy();
        return device;
      };
    }`;
    await route.fulfill({ response, body: `${await response.text()}\n${hold}` });
  });
  const page = await context.newPage();
  await page.goto(`${own.url}/donate?backend=webgpu`);
  await startDonating(page, 4);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
  await page.evaluate(() => new BroadcastChannel("lose-device").postMessage(null));
  await expect(donationOf(page)).toHaveAttribute("data-state", "error");
  await expectSentence(donationOf(page), "The graphics device was lost", "Start again");
  await look(page, "device-lost");
  await startDonating(page, 4);
  await context.close();
});

test("PT9 a full storage is told, and the donor is ready all the same", async ({ browser, own }) => {
  const { page, context } = await openPlain(browser, `${own.url}/donate?backend=wasm`);
  const devTools = await context.newCDPSession(page);
  await devTools.send("Storage.overrideQuotaForOrigin", { origin: own.url, quotaSize: 1_000_000 });
  await startDonating(page, wholeModelMb);
  await expectSentence(donationOf(page), "could not keep them", "Free disk space");
  await look(page, "storage-full");
  await context.close();
});

test("PT9 WB41 a server that is gone is told; what is asked waits in line; all is well when it is back", async ({
  browser,
  start,
  own,
}) => {
  const donor = await openPlain(browser, `${own.url}/donate?backend=wasm`);
  let weightRequests = 0;
  donor.context.on("request", (request) => (weightRequests += /\/source\/.*\.onnx/.test(request.url()) ? 1 : 0));
  await startDonating(donor.page, wholeModelMb);
  expect(weightRequests).toBeGreaterThan(0);
  const asker = await openPage(browser, own.url, "/");
  const first = await send(asker.page, "What is 17 + 25?");
  await expect(first).toHaveAttribute("data-state", "done");

  await own.kill();
  const banner = asker.page.getByRole("complementary", { name: "Connection" });
  await expectSentence(banner, "Potluck's server can't be reached.", "It is tried again by itself");
  await asker.page.getByRole("textbox", { name: "Message" }).fill("What is 3 + 4?");
  await asker.page.getByRole("button", { name: "Send" }).click();
  const line = asker.page.getByRole("region", { name: "Waiting to be sent" });
  await expectSentence(line, "What is 3 + 4?", "Sent when the connection is back.");
  await look(asker.page, "server-gone");
  await expect(donationOf(donor.page)).toHaveAttribute("data-state", /ready|serving/);

  weightRequests = 0;
  await start({ port: Number(new URL(own.url).port), dataDir: own.dataDir });
  await expect(banner).toHaveCount(0);
  // It is sent by itself.
  await expect(asker.page.getByText("What is 3 + 4?")).toBeVisible();
  await expect(asker.page.locator('article[data-role="assistant"]')).toHaveCount(2);
  await expect(answerOf(asker.page)).toHaveAttribute("data-state", "done");
  await expect(line).toHaveCount(0);
  await expect(donationOf(donor.page)).toHaveAttribute("data-state", /ready|serving/);
  expect(weightRequests).toBe(0);
  await donor.context.close();
  await asker.context.close();
});

test("PT9 donors that all leave keep the answer waiting in place, with ways on; so does a question that nobody can take", async ({
  browser,
  own,
}) => {
  const donor = await openDonor(browser, own.url, wholeModelMb);
  const asker = await openPage(browser, own.url, "/");
  // Hot, and with a seed that goes on for long: a short answer is over before anybody can leave.
  await asker.page.getByRole("spinbutton", { name: "Temperature" }).fill("2");
  await asker.page.getByRole("spinbutton", { name: "Seed", exact: true }).fill("8");
  await asker.page.getByRole("spinbutton", { name: "Max tokens" }).fill("1000");
  const answer = await send(asker.page, "Tell me a short story about a fox and a lantern.");
  const text = answer.locator('[data-part="text"]');
  await expect(text).toContainText(/\w+ \w+ \w+/);
  await donor.context.close();
  await expect(answer).toContainText("Waiting for a donor for layers 0–11. The answer goes on by itself.");
  await expect(text).toContainText(/\w+ \w+ \w+/);
  await look(asker.page, "donors-gone");
  await asker.page.getByRole("button", { name: "Stop" }).first().click();
  await expect(answer).toHaveAttribute("data-state", "done");
  await expect(text).toContainText(/\w+ \w+ \w+/);

  await send(asker.page, "Tell me a short story about a fox and a lantern.");
  await expect(answerOf(asker.page)).toContainText("Waiting for a donor for layers 0–11");
  await expect(answerOf(asker.page).getByRole("button", { name: "Run it in this tab" })).toBeVisible();
  await look(asker.page, "nobody-donates");
  await asker.context.close();
});

test("PT9 a message too long for the model, and a chat that outgrows it, say so", async ({ browser, own }) => {
  const donor = await openDonor(browser, own.url, wholeModelMb);
  const asker = await openPage(browser, own.url, "/");
  const tooLong = await send(asker.page, "one two three ".repeat(900));
  await expect(tooLong).toHaveAttribute("data-state", "failed");
  await expectSentence(tooLong, "the model reads at most 2048", "Start a new chat, or shorten the message");
  await look(asker.page, "context-full");

  await asker.page.getByRole("button", { name: "New chat" }).first().click();
  await asker.page.getByRole("spinbutton", { name: "Max tokens" }).fill("8");
  const fits = await send(asker.page, "one two three ".repeat(660));
  await expect(fits).toHaveAttribute("data-state", "done");
  const outgrown = await send(asker.page, "one two three ".repeat(30));
  await expect(outgrown).toHaveAttribute("data-state", "failed");
  await expectSentence(outgrown, "the model reads at most 2048", "Start a new chat, or shorten the message");
  // What was said before still stands.
  await expect(asker.page.locator('article[data-role="assistant"]').first()).toHaveAttribute("data-state", "done");
  await donor.context.close();
  await asker.context.close();
});
