import type { BrowserContext } from "@playwright/test";
import { divertCandidates } from "./divert-candidates.ts";
import { type NetworkPath, type ProxyStats, UdpProxy } from "./udp-proxy.ts";

/** A network between the pages of some browser contexts. */
export interface EmulatedNetwork {
  /** Lays one more context's pages on it; before they are opened. */
  add(context: BrowserContext): Promise<void>;
  /** Of all packets so far. Peers whose packets are not counted here have gone past it: see `emulateNetwork`. */
  stats(): ProxyStats;
  /** All paths die without a word. */
  close(): Promise<void>;
}

/**
 * Puts a path with delay and loss between the WebRTC peers of pages which are opened in these contexts from now on, by a
 * UDP proxy in this process: no peer hears of another's real address, so no packet can go past it. Peers over TCP, IPv6
 * and relays are cut off. Needs a Chromium that tells its addresses (`chromiumArgs`).
 */
export async function emulateNetwork(contexts: readonly BrowserContext[], path: NetworkPath): Promise<EmulatedNetwork> {
  const proxy = new UdpProxy(path);
  const add = async (context: BrowserContext): Promise<void> => {
    await context.exposeFunction("potluckStandIn", async (address: string): Promise<string> => {
      const [ip = "", port] = address.split(":");
      const standIn = await proxy.standFor({ ip, port: Number(port) });
      return `${standIn.ip}:${standIn.port}`;
    });
    // tsx wraps the functions that are handed to pages in this.
    await context.addInitScript("globalThis.__name ??= (named) => named;");
    await context.addInitScript(divertCandidates);
  };
  for (const context of contexts) await add(context);
  return { add, stats: () => proxy.stats, close: () => proxy.close() };
}
