/**
 * A partner's page at another origin and site than the swarm's: what its visitor is asked, what their tab then does, and what
 * the page can't do about it.
 */
import { PartnerRegistry } from "@potluck/signal/partners";
import { consentUntil } from "@potluck/signal/testing/consent-until";
import type { SiteKey } from "@potluck/protocol";
import {
  ask,
  openDonor,
  openPage,
  type PartnerPage,
  scriptTag,
  type StagePage,
  startPartnerPage,
  strictPolicy,
} from "@potluck/tool/stage";
import type { Browser, FrameLocator, Locator, Page } from "@playwright/test";
import { expect, test as base } from "./coordinator.ts";
import { closeAll, halfMb, modelId, thirdMb } from "./support/donors.ts";
import { referenceChats } from "./support/reference.ts";
import { hello, keptConsent } from "./support/guests.ts";
import { openUncut } from "./support/uncut.ts";

interface Partner {
  readonly registry: PartnerRegistry;
  readonly site: SiteKey;
  /** Under the strictest policy that the tag works with. */
  readonly strict: PartnerPage;
  /** The same site without a policy, where a script can try what it likes. */
  readonly loose: PartnerPage;
  /** Uses the site's key, and is not registered. */
  readonly stranger: PartnerPage;
}

const test = base.extend<object, { partner: Partner }>({
  partner: [
    async ({ coordinator }, use) => {
      const registry = await PartnerRegistry.open(coordinator.dataDir);
      const draft = { name: "The Harbour Notebook", origins: ["http://unused.example"], maxTabs: 10, isListed: true };
      const { key: site } = await registry.add(draft, Date.now());
      const swarmUrl = coordinator.url;
      const body = scriptTag(swarmUrl, site, 'data-backend="wasm"');
      const [strict, loose, stranger] = await Promise.all([
        startPartnerPage({ swarmUrl, site, body, csp: strictPolicy(swarmUrl) }),
        startPartnerPage({ swarmUrl, site, body }),
        startPartnerPage({ swarmUrl, site, body }),
      ]);
      await registry.change(site, { origins: [strict.url, loose.url] }, Date.now());
      await expect.poll(async () => await partnersNamed(coordinator.url)).toContain(strict.url);
      await use({ registry, site, strict, loose, stranger });
      for (const page of [strict, loose, stranger]) await page.close();
    },
    { scope: "worker" },
  ],
});

async function partnersNamed(url: string): Promise<readonly string[]> {
  const partners = (await (await fetch(`${url}/api/partners`)).json()) as readonly { readonly origin: string }[];
  return partners.map(({ origin }) => origin);
}

async function donors(url: string): Promise<number> {
  return ((await (await fetch(`${url}/api/swarm`)).json()) as { readonly donors: number }).donors;
}

interface Visit extends StagePage {
  readonly frame: FrameLocator;
  /** What the loader told the page's own script. */
  told(name: string): Promise<readonly Record<string, unknown>[]>;
}

/** A visitor with an empty browser comes to the page. */
async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    if (window !== window.parent) return;
    const told: unknown[] = [];
    Object.assign(window, { told });
    // The tag's own load, however early it comes.
    const listen = ({ target }: Event): void => {
      if (!(target instanceof HTMLScriptElement) || target.dataset["site"] === undefined) return;
      const { Potluck } = window as unknown as { Potluck: { on(name: string, call: (detail: object) => void): void } };
      for (const name of ["state", "consent", "stats", "error"])
        Potluck.on(name, (detail) => told.push({ name, ...detail }));
    };
    document.addEventListener("load", listen, true);
  });
  await page.goto(url);
  const all = (): Promise<readonly Record<string, unknown>[]> =>
    page.evaluate(() => (window as unknown as { told: Record<string, unknown>[] }).told);
  const told: Visit["told"] = async (name) => (await all()).filter((one) => one["name"] === name);
  return { page, context, frame: page.frameLocator('iframe[title="Potluck"]'), told };
}

const question = (frame: FrameLocator) => frame.locator('[data-part="question"]');
const badge = (frame: FrameLocator) => frame.locator('[data-part="badge"]');

async function openQuestion({ frame }: Visit): Promise<void> {
  await frame.getByRole("button", { name: /See what happens/ }).click();
  await expect(question(frame)).toBeVisible();
}

/** The second that a yes has to wait for can't be made shorter. */
const pastTheSecond = (page: Page): Promise<unknown> => page.waitForTimeout(1500);

const yesOf = (frame: FrameLocator): Locator => question(frame).getByRole("button", { name: "Yes, lend" });
const wantedOf = async (frame: FrameLocator): Promise<string> =>
  (await frame.locator("[data-wanted]").getAttribute("data-wanted")) ?? "";

async function sayYes({ page, frame }: Visit): Promise<void> {
  await yesOf(frame).hover();
  await pastTheSecond(page);
  await yesOf(frame).click();
  const wanted = await wantedOf(frame);
  await question(frame).getByRole("button", { name: wanted, exact: true }).click();
  await expect(badge(frame)).toHaveAttribute("data-state", /^(ready|serving)$/);
}

test("PT13 PT14 nothing loads before a visitor's yes, then their tab computes layers of a right answer, and Stop ends it", async ({
  browser,
  coordinator,
  partner,
}) => {
  // Layers 0–5 and 7–11: a guest is not counted on by others, so it must find a gap.
  const first = await openDonor(browser, coordinator.url, halfMb);
  const second = await openDonor(browser, coordinator.url, thirdMb);
  const visitor = await visit(browser, "about:blank");
  const wanted: string[] = [];
  const sockets: string[] = [];
  const faults: string[] = [];
  visitor.context.on("request", (request) => wanted.push(request.url()));
  visitor.page.on("websocket", (socket) => sockets.push(socket.url()));
  visitor.page.on("pageerror", (error) => faults.push(String(error)));
  await visitor.page.goto(partner.strict.url);
  await openQuestion(visitor);
  // At once, it does not count.
  await yesOf(visitor.frame).click();
  await expect(visitor.frame.getByText("a yes counts after one second")).toBeVisible();
  const { origin } = new URL(coordinator.url);
  expect(sockets).toEqual([]);
  expect(
    wanted.filter(
      (url) =>
        !url.startsWith(partner.strict.url) &&
        !/^\/embed\/(v1\.js|frame\?.*|assets\/(frame|rolldown-runtime|preload-helper)-[\w-]+\.(js|css))$/.test(
          url.replace(origin, ""),
        ),
    ),
  ).toEqual([]);
  expect(await donors(coordinator.url)).toBe(2);

  await sayYes(visitor);
  expect((await visitor.told("consent")).at(-1)).toMatchObject({ given: true });
  expect(wanted.some((url) => url.includes("/models/"))).toBe(true);
  const asker = await openPage(browser, coordinator.url, "/");
  const [chat] = await referenceChats(1);
  if (chat === undefined) throw new Error("there is no reference chat");
  const answer = await ask(asker.page, { modelId, messages: chat.messages, maxNewTokens: 48, fresh: true });
  const uncut = await openUncut();
  expect(answer.ids).toEqual(await uncut.answer(chat.prompt_ids, 48));
  await uncut.close();
  expect(answer.stats.tabs).toBe(3);
  await expect.poll(async () => Number((await visitor.told("stats")).at(-1)?.["tokens"] ?? 0)).toBeGreaterThan(0);

  const kept = await keptConsent(visitor.page, origin);
  expect(await hello(coordinator.url, { ...kept, tab: "0".repeat(32) })).toBe("consent-elsewhere");
  const began = Date.now();
  await badge(visitor.frame).getByRole("button", { name: "Stop" }).click();
  await expect(visitor.frame.getByText("Thank you!")).toBeVisible();
  test
    .info()
    .annotations.push({ type: "ms from Stop to stopped, as seen from outside", description: `${Date.now() - began}` });
  await expect.poll(() => donors(coordinator.url)).toBe(2);
  await expect.poll(() => hello(coordinator.url, kept)).toBe("consent-withdrawn");
  const old = await consentUntil(coordinator.dataDir, partner.site, partner.strict.url, Date.now() - 1);
  expect(await hello(coordinator.url, old)).toBe("consent-expired");
  expect(faults).toEqual([]);
  await closeAll([visitor, asker, first, second]);
});

test("PT13 a page can't start, agree for its visitor, read the frame, or cover the question", async ({
  browser,
  coordinator,
  partner,
}) => {
  const visitor = await visit(browser, partner.loose.url);
  await openQuestion(visitor);
  const seen = await visitor.page.evaluate(async (swarm) => {
    const iframe = document.querySelector("iframe");
    const inside = iframe?.contentWindow;
    if (!iframe || !inside) throw new Error("there is no frame");
    const { Potluck } = window as unknown as { Potluck: Record<string, unknown> };
    for (const type of ["start", "yes", "granted", "consent", "turn", "resume", "details", "work"])
      for (const more of [{}, { given: true }, { detail: { given: true } }, { token: "x", trusted: true }])
        inside.postMessage({ potluck: 1, type, ...more }, "*");
    const fails = async (what: () => unknown): Promise<boolean> => {
      try {
        await what();
        return false;
      } catch {
        return true;
      }
    };
    return {
      can: Object.keys(Potluck).toSorted(),
      reads: !(await fails(() => inside.document)) || iframe.contentDocument !== null,
      stores: !(await fails(() => inside.localStorage)),
      fetches: !(await fails(() => fetch(`${swarm}/embed/frame`))),
      agrees: !(await fails(() =>
        fetch(`${swarm}/api/embed/consent`, { method: "POST", body: JSON.stringify({ ticket: "", origin: "" }) }),
      )),
      connects: await new Promise<boolean>((resolve) => {
        const socket = new WebSocket(`${swarm.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
        socket.addEventListener("open", () => resolve(true));
        socket.addEventListener("error", () => resolve(false));
      }),
    };
  }, coordinator.url);
  expect(seen).toEqual({
    can: ["destroy", "on", "open", "pause"],
    reads: false,
    stores: false,
    fetches: false,
    agrees: false,
    connects: false,
  });

  /** As a hand does that came to rest there: it asks no cover for leave. */
  const press = async (what: Locator): Promise<void> => {
    const box = await what.boundingBox();
    if (box === null) throw new Error("there is nothing to press");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await visitor.page.mouse.move(x, y);
    await pastTheSecond(visitor.page);
    await visitor.page.mouse.click(x, y);
  };
  const early = visitor.frame.getByText("a yes counts after one second");
  const again = async (): Promise<void> => {
    await question(visitor.frame).getByRole("button", { name: "Close without an answer" }).click();
    await openQuestion(visitor);
    await expect(early).toBeHidden();
  };
  const cover = "position: fixed; inset: 0; margin: 0; border: 0; width: 100vw; height: 100vh; pointer-events: none;";
  for (const background of ["#fff", "transparent"]) {
    await visitor.page.evaluate((css) => {
      const over = document.body.appendChild(document.createElement("div"));
      over.id = "cover";
      over.popover = "manual";
      over.style.cssText = css;
      over.showPopover();
    }, `${cover} background: ${background}`);
    await press(yesOf(visitor.frame));
    // The press came through, and did not count.
    await expect(early).toBeVisible();
    await visitor.page.evaluate(() => document.querySelector("#cover")?.remove());
    await again();
  }
  const style = (name: string, value: string): Promise<void> =>
    visitor.page.evaluate(
      ([what = "", how = ""]) => document.querySelector("iframe")?.style.setProperty(what, how, "important"),
      [name, value],
    );
  for (const [name, value] of [
    ["opacity", "0.01"],
    ["filter", "blur(20px)"],
    ["clip-path", "inset(60% 0 0 0)"],
  ] as const) {
    await style(name, value);
    await press(yesOf(visitor.frame));
    await expect(early).toBeVisible();
    await style(name, "");
    await again();
  }
  expect(await visitor.told("consent")).toEqual([]);
  // The same hand, when all is in sight, gets to the number; and a mask, which the browser does not see, hides which.
  await press(yesOf(visitor.frame));
  await style("mask", "linear-gradient(transparent, transparent)");
  const wanted = await wantedOf(visitor.frame);
  await press(question(visitor.frame).getByRole("button", { name: wanted === "5" ? "6" : "5", exact: true }));
  await expect.poll(async () => (await visitor.told("state")).at(-1)).toMatchObject({ state: "declined" });
  expect(await visitor.told("consent")).toEqual([]);
  expect(await donors(coordinator.url)).toBe(0);
  await closeAll([visitor]);
});

test("PT13 PT14 a page that is not registered, a key that is revoked and a policy that forbids are each told", async ({
  browser,
  coordinator,
  partner,
}) => {
  const stranger = await visit(browser, partner.stranger.url);
  await expect.poll(async () => (await stranger.told("error")).at(-1)?.["reason"]).toBe("origin-unknown");
  await expect(badge(stranger.frame)).toBeHidden();

  const site = { swarmUrl: coordinator.url, site: partner.site };
  const forbidding = await startPartnerPage({
    ...site,
    csp: `default-src 'none'; script-src ${coordinator.url}; style-src 'self'`,
  });
  const without = await visit(browser, forbidding.url);
  await expect.poll(async () => (await without.told("error")).at(-1)?.["reason"]).toBe("blocked");
  await expect(without.page.locator("iframe")).toHaveCount(0);
  await forbidding.close();

  const visitor = await visit(browser, partner.loose.url);
  await openQuestion(visitor);
  await sayYes(visitor);
  await partner.registry.change(partner.site, { isRevoked: true }, Date.now());
  await expect.poll(() => donors(coordinator.url)).toBe(0);
  await expect(visitor.frame.getByText("may no longer ask for help")).toBeVisible();
  expect((await visitor.told("error")).at(-1)).toMatchObject({ reason: "site-revoked" });
  await visitor.page.reload();
  await expect.poll(async () => (await visitor.told("error")).at(-1)?.["reason"]).toBe("site-revoked");
  await partner.registry.change(partner.site, { isRevoked: false }, Date.now());
  await closeAll([stranger, without, visitor]);
});
