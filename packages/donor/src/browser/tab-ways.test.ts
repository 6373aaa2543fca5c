import type { connectPeer } from "@potluck/link/rtc";
import type { TabId } from "@potluck/protocol";
import { expect, test } from "vitest";
import { blindSenses } from "../manners/senses.ts";
import { tabWays } from "./tab-ways.ts";

const coordinatorUrl = "https://potluck.example";
const host = '{"type":"candidate","candidate":{"candidate":"candidate:0 1 UDP 1 192.168.1.23 5 typ host"}}';

/** A tab on a platform that counts what is kept, and says how a peer would be connected. */
function made(isGuest: boolean) {
  const kept = new Map<string, string>();
  const session = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
  const filters: unknown[] = [];
  const connect = ((options: { filter?: { outgoing(data: string): string | null } }) => {
    filters.push(options.filter === undefined ? host : options.filter.outgoing(host));
    return Promise.reject(new Error("not here"));
  }) as unknown as typeof connectPeer;
  const identity = { tab: "c".repeat(32) as TabId, secret: "s" };
  const outside = { suffers: () => true, outOfSight: () => true, onChange: () => undefined };
  const guest = { consent: "a consent", identity, outside };
  const ways = tabWays(
    { coordinatorUrl, ...(isGuest ? { guest } : {}) },
    { session, senses: blindSenses(() => false), connect },
  );
  const options = { initiator: true, iceServers: [], signal: new AbortController().signal, connectTimeoutMs: 1 };
  ways.connect({ ...options, sendSignal: () => undefined, onSignal: () => undefined }).catch(() => undefined);
  return { ways, kept, identity, filters };
}

test("DN46 DN47 DN48 DN50 a guest is who its consent names, hears the page around it, tells nothing of its network, and takes the low-power GPU", () => {
  const { ways, kept, identity, filters } = made(true);
  expect([ways.consent, ways.powerPreference, ways.session]).toEqual(["a consent", "low-power", null]);
  expect([ways.senses.around(), filters]).toEqual([{ suffers: true, outOfSight: true }, [null]]);
  // As often as it comes back from the page cache, and nothing lies where a page of another consent would find it.
  for (const _time of [1, 2]) {
    expect(ways.identity.take()).toEqual(identity);
    ways.identity.keep(identity);
  }
  expect(kept.size).toBe(0);
});

test("DN50 a tab of the site's own keeps its ways: kept identity, every candidate, the fast GPU", () => {
  const { ways, kept, identity, filters } = made(false);
  expect([ways.consent, ways.powerPreference, filters]).toEqual([undefined, "high-performance", [host]]);
  ways.identity.keep(identity);
  expect(kept.size).toBe(1);
  expect(ways.senses.around()).toEqual({ suffers: false, outOfSight: false });
});
