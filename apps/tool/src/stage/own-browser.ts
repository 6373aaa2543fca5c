import { type Browser, type BrowserServer, chromium } from "@playwright/test";
import { chromiumArgs } from "./tabs.ts";

/** A browser that nothing else shares, so that it can be killed or stopped like a person's. */
export interface OwnBrowser {
  readonly browser: Browser;
  /** SIGKILL to the browser and all its processes: no goodbye, no handler runs. */
  kill(): Promise<void>;
  /** SIGSTOP to the processes of its pages: nothing of them runs, while the browser keeps their sockets open. */
  freezePages(): Promise<void>;
  /** Lets frozen pages go on. */
  thawPages(): void;
  /** Ends it, whatever state it is in. */
  close(): Promise<void>;
}

/** Starts a Chromium of its own. `CHROMIUM_PATH` says which one, if not Playwright's. */
export async function launchOwnBrowser(): Promise<OwnBrowser> {
  const executablePath = process.env["CHROMIUM_PATH"];
  const server = await chromium.launchServer({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...chromiumArgs],
    // Whoever started it decides what an interrupt means.
    handleSIGINT: false,
  });
  const browser = await chromium.connect(server.wsEndpoint());
  let frozen: readonly number[] = [];
  const thawPages = (): void => {
    signal(frozen, "SIGCONT");
    frozen = [];
  };
  return {
    browser,
    // Playwright kills the group of processes.
    kill: () => server.kill(),
    async freezePages() {
      frozen = await pageProcesses(browser);
      signal(frozen, "SIGSTOP");
    },
    thawPages,
    async close() {
      thawPages();
      await kill(server);
    },
  };
}

async function kill(server: BrowserServer): Promise<void> {
  if (server.process().exitCode === null && server.process().signalCode === null) await server.kill();
}

/** All renderers: also the spare one, which may become a page's. */
async function pageProcesses(browser: Browser): Promise<number[]> {
  const devTools = await browser.newBrowserCDPSession();
  const { processInfo } = await devTools.send("SystemInfo.getProcessInfo");
  await devTools.detach();
  const pids = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  if (pids.length === 0) throw new Error("a browser without pages");
  return pids;
}

function signal(pids: readonly number[], name: "SIGSTOP" | "SIGCONT"): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended by itself.
    }
  }
}
