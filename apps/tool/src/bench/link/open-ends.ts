import type { Browser, Page } from "@playwright/test";
import { emulateNetwork, type EmulatedNetwork, type NetworkPath } from "../../stage/index.ts";

/** Two pages whose ends talk over an emulated network, or directly. */
export interface Ends {
  readonly near: Page;
  readonly far: Page;
  readonly network: EmulatedNetwork | null;
  close(): Promise<void>;
}

/** `script` is the page's, as `bundlePage` made it; without a path the pages reach each other directly. */
export async function openEnds(browser: Browser, script: string, path: NetworkPath | null): Promise<Ends> {
  const contexts = [await browser.newContext(), await browser.newContext()];
  const network = path === null ? null : await emulateNetwork(contexts, path);
  const pages = await Promise.all(contexts.map((context) => context.newPage()));
  const [near, far] = pages;
  if (near === undefined || far === undefined) throw new Error("no pages");
  const pass = async (from: Page, to: Page): Promise<void> => {
    await from.exposeFunction("potluckSignal", async (data: string) => {
      await to.evaluate((signal) => window.potluckEnd.signal(signal), data);
    });
  };
  await pass(near, far);
  await pass(far, near);
  for (const page of pages) await page.addScriptTag({ content: script });
  return {
    near,
    far,
    network,
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      await network?.close();
    },
  };
}
