/** Real tabs of the real page, driven by Playwright. */
import type { Tab } from "@potluck/donor";
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

/** Runs in the page before its own code: the answer to what it asks, once, before anything goes to the public swarm. */
export function agreeToSwarm(): void {
  try {
    const item = "potluck.preferences";
    const kept = JSON.parse(localStorage.getItem(item) ?? "{}") as object;
    localStorage.setItem(item, JSON.stringify({ ...kept, swarmAgreed: true }));
  } catch {
    // An empty page has no storage.
  }
}

/**
 * A page in a browser context of its own: another person, with an empty cache. `before` may prepare the page. A context that is
 * given is used as it is; `more` is added to the address's query.
 */
export async function openPage(
  where: Browser | BrowserContext,
  url: string,
  path: "/" | "/donate" | "/swarm",
  backend: BackendName = "wasm",
  before: (page: Page) => Promise<void> = async () => undefined,
  more: string = "",
): Promise<StagePage> {
  const context = "newContext" in where ? await where.newContext() : where;
  const page = await context.newPage();
  // tsx wraps the functions that are handed to pages in this.
  await page.addInitScript("globalThis.__name ??= (named) => named;");
  await page.addInitScript(agreeToSwarm);
  await before(page);
  await page.goto(`${url}${path}?backend=${backend}&debug${more}`);
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
  where: Browser | BrowserContext,
  url: string,
  budgetMb: number,
  backend: BackendName = "wasm",
  more: string = "",
): Promise<StagePage> {
  const donor = await openPage(where, url, "/donate", backend, undefined, more);
  await startDonating(donor.page, budgetMb);
  return donor;
}
