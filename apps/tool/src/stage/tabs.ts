/** Real tabs of the real page, driven by Playwright. */
import type { AnswerStats, ChatTurn, Tab } from "@potluck/donor";
import type { ModelId, Sampling } from "@potluck/protocol";
import type { Browser, BrowserContext, Page } from "@playwright/test";

declare global {
  interface Window {
    /** Put there by the page when its address has `?debug`. */
    potluckTab?: Tab;
  }
}

/** Flags for a Chromium that shows nothing, asks nobody, and has (software) WebGPU. */
export const chromiumArgs: readonly string[] = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--disable-background-networking",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
  // Several pages that nobody looks at must go on computing.
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
];

export type BackendName = "wasm" | "webgpu";

export interface StagePage {
  readonly page: Page;
  readonly context: BrowserContext;
}

/** A page in a browser context of its own: another person, with an empty cache. */
export async function openPage(
  browser: Browser,
  url: string,
  path: "/" | "/donate" | "/swarm",
  backend: BackendName = "wasm",
): Promise<StagePage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}${path}?backend=${backend}&debug`);
  return { page, context };
}

/** Starts to donate as a person would, and waits until the shard serves. */
export async function startDonating(page: Page, budgetMb: number, timeoutMs = 120_000): Promise<void> {
  await page.getByRole("spinbutton", { name: "Memory budget (MB)" }).fill(String(budgetMb));
  await page.getByRole("button", { name: "Start donating" }).click();
  await page
    .locator(
      '[role="status"][aria-label="Donation"][data-state="ready"], [role="status"][aria-label="Donation"][data-state="serving"]',
    )
    .waitFor({ timeout: timeoutMs });
}

/** Opens a donor's page in its own context and starts it. */
export async function openDonor(
  browser: Browser,
  url: string,
  budgetMb: number,
  backend: BackendName = "wasm",
): Promise<StagePage> {
  const donor = await openPage(browser, url, "/donate", backend);
  await startDonating(donor.page, budgetMb);
  return donor;
}

export interface StageAsk {
  readonly modelId: string;
  readonly messages: readonly ChatTurn[];
  readonly maxNewTokens: number;
  readonly sampling?: Partial<Sampling>;
  readonly where?: "swarm" | "this-tab";
  /** Forget the chat before, so that nothing is reused. */
  readonly fresh?: boolean;
}

export interface StageAnswer {
  readonly ids: readonly number[];
  readonly text: string;
  readonly kinds: readonly string[];
  readonly end: string;
  readonly stats: AnswerStats;
}

/** Asks through the page's own code and returns the ids, which the page itself does not show. Throws the problem's sentence. */
export async function ask(page: Page, request: StageAsk): Promise<StageAnswer> {
  await page.waitForFunction(() => window.potluckTab !== undefined);
  return await page.evaluate(async (wanted) => {
    const tab = window.potluckTab;
    if (tab === undefined) throw new Error("open the page with ?debug");
    if (wanted.fresh === true) tab.asker.endChat();
    const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0, ...wanted.sampling };
    const { modelId, messages, maxNewTokens, where = "swarm" } = wanted;
    const ids: number[] = [];
    const kinds: string[] = [];
    let text = "";
    for await (const event of tab.asker.ask(
      { modelId: modelId as ModelId, messages, maxNewTokens, sampling, where },
      new AbortController().signal,
    )) {
      if (kinds.at(-1) !== event.kind) kinds.push(event.kind);
      if (event.kind === "text") {
        text += event.text;
        if (event.id >= 0) ids.push(event.id);
      }
      if (event.kind === "done") return { ids, text, kinds, end: event.end, stats: event.stats };
    }
    throw new Error("the answer had no end");
  }, request);
}
