import type { Browser } from "@playwright/test";
import type { BackendName } from "../../stage/index.ts";
import { within } from "../within.ts";
import { installedPeer, startPeerServer } from "./peer-server.ts";

export interface PeerAnswer {
  readonly firstTokenMs: number;
  /** Of each token, in ms. */
  readonly times: readonly number[];
  readonly ids: readonly number[];
}

/** transformers.js with a whole model in one tab. */
export interface Peer {
  /** Its name and release. */
  readonly name: string;
  /** Threads of its WebAssembly. */
  readonly threads: number;
  /** Greedy. Ends early at the model's stop token. */
  answer(ids: readonly number[], tokens: number): Promise<PeerAnswer>;
  close(): Promise<void>;
}

interface PeerOnPage {
  load(options: object): Promise<{ readonly isolated: boolean; readonly threads: number }>;
  answer(options: object): Promise<PeerAnswer>;
}

declare global {
  interface Window {
    /** Put there by the peer's page. */
    peer?: PeerOnPage;
  }
}

export interface PeerOptions {
  readonly browser: Browser;
  /** Folder of an export as the hub has them. */
  readonly folder: string;
  readonly dtype: string;
  readonly backend: BackendName;
}

const loadDeadlineMs = 300_000;
const answerDeadlineMs = 180_000;

export async function openPeer({ browser, folder, dtype, backend }: PeerOptions): Promise<Peer> {
  const code = await installedPeer();
  const server = await startPeerServer(code, new Map([["model", folder.replace(/\/$/, "")]]));
  const context = await browser.newContext();
  const close = async (): Promise<void> => {
    await context.close();
    await server.close();
  };
  try {
    const page = await context.newPage();
    const failures: string[] = [];
    page.on("pageerror", (error) => failures.push(error.message));
    page.on("requestfailed", (request) => failures.push(`could not get ${request.url()}`));
    await page.addInitScript("globalThis.__name ??= (named) => named;");
    await page.goto(server.url);
    const ready = page.waitForFunction(() => window.peer !== undefined, undefined, { timeout: 60_000 });
    await ready.catch(() => {
      throw new Error(`transformers.js did not start: ${failures.join("; ") || "no reason given"}`);
    });
    const load = page.evaluate(
      async (options) => {
        if (window.peer === undefined) throw new Error("no peer");
        // As our engine: half of the cores, one to four (packages/engine/src/browser/runtime-build.ts).
        const threads = crossOriginIsolated
          ? Math.max(1, Math.min(4, Math.floor(navigator.hardwareConcurrency / 2)))
          : 1;
        return await window.peer.load({ ...options, threads });
      },
      { name: "model", device: backend, dtype },
    );
    const { threads } = await within(loadDeadlineMs, "loading transformers.js", load);
    return {
      name: `transformers.js ${code.version}`,
      threads,
      async answer(ids, tokens) {
        const answer = page.evaluate(
          async (options) => {
            if (window.peer === undefined) throw new Error("no peer");
            return await window.peer.answer(options);
          },
          { ids: [...ids], tokens, anyLength: true },
        );
        return await within(answerDeadlineMs, `an answer of ${tokens} tokens by transformers.js`, answer);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
