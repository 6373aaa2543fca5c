import { decodeFrame, type LayerRange, type Route, type SessionId, type TabId } from "@potluck/protocol";
import type { Swarm } from "@potluck/swarm";
import type { TimedOracle } from "../tab/timed-oracle.ts";

/** Something that must never happen, with the virtual time at which it did. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** A shard that a page has open. */
export interface WatchedShard {
  readonly tab: TabId;
  readonly range: LayerRange;
  readonly kvTokens: number;
  readonly runner: TimedOracle;
}

/** Bytes of a slice before its frame, and a control frame's kind: as the link's and the protocol's tables say. */
const sliceHeaderBytes = 16;
const controlKind = 4;

/** Everything that must hold after every event (SI3, SI4, SI7). Collects what does not; the run ends at the first. */
export class Watch {
  readonly #layerCount: number;
  readonly #nowMs: () => number;
  /** The last epoch that the asker told each tab, by session and link. */
  readonly #epochs = new Map<string, number>();
  /** Hops of each epoch, as text: one writer means one route. */
  readonly #routes = new Map<string, string>();
  readonly shards: Set<WatchedShard> = new Set();
  /** The latest route of each session. */
  readonly routes: Map<SessionId, Route> = new Map();
  readonly violations: Violation[] = [];

  constructor(layerCount: number, nowMs: () => number) {
    this.#layerCount = layerCount;
    this.#nowMs = nowMs;
  }

  must(holds: boolean, what: () => string): void {
    if (!holds) this.violations.push(new Violation(`at ${Math.round(this.#nowMs())} ms: ${what()}`));
  }

  /** SI3. */
  route(route: Route): void {
    const hops = route.hops.map((hop) => `${hop.tab.slice(0, 4)} ${hop.range.from}–${hop.range.to}`).join(", ");
    let at = 0;
    for (const { range } of route.hops) {
      this.must(range.from === at, () => `a route does not tile: ${hops}`);
      at = range.to;
    }
    this.must(at === this.#layerCount, () => `a route ends early: ${hops}`);
    for (const hop of route.hops) {
      for (const { tab, range } of this.shards) {
        if (tab !== hop.tab) continue;
        this.must(
          range.from === hop.range.from && range.to === hop.range.to,
          () => `a hop of a route holds other layers: ${hops}`,
        );
      }
    }
    const known = this.routes.get(route.session);
    if (known === undefined || known.epoch <= route.epoch) this.routes.set(route.session, route);
  }

  /** SI4. Sees the asker's reroutes on their way. */
  message(from: TabId, to: TabId, message: Uint8Array): void {
    if (message[sliceHeaderBytes + 1] !== controlKind) return;
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
    // A turn with thousands of penalised tokens comes in several slices; a reroute does not.
    if (view.getUint32(8, true) !== message.byteLength - sliceHeaderBytes) return;
    const frame = decodeFrame(message.subarray(sliceHeaderBytes));
    if (frame.kind !== "control" || frame.message.type !== "reroute") return;
    const { route } = frame.message;
    this.must(route.asker === from, () => "a reroute comes from somebody else than the asker");
    this.route(route);
    const key = `${route.session} ${route.epoch}`;
    const hops = route.hops.map((hop) => hop.tab).join(" ");
    this.must((this.#routes.get(key) ?? hops) === hops, () => `two routes of epoch ${route.epoch}`);
    this.#routes.set(key, hops);
    const link = `${route.session} ${from} ${to}`;
    const before = this.#epochs.get(link) ?? 0;
    this.must(route.epoch >= before, () => `the epoch falls from ${before} to ${route.epoch} on a link`);
    this.#epochs.set(link, Math.max(before, route.epoch));
  }

  /** SI7: sessions name only tabs and askers that the coordinator knows, and reservations are what was granted. */
  swarm(swarm: Swarm): void {
    const { tabs, sessions } = swarm.inspect();
    const known = new Set(tabs.map(({ id }) => id));
    for (const session of sessions) {
      this.must(known.has(session.asker), () => "a chat at the coordinator whose asker is gone");
    }
    for (const { id, donor, reservedTokens } of tabs) {
      const granted = donor.kind === "none" ? 0 : donor.grant.kvTokens;
      this.must(
        reservedTokens >= 0 && reservedTokens <= granted,
        () => `${id.slice(0, 4)}: ${reservedTokens} positions reserved, ${granted} granted`,
      );
    }
  }

  /** SI7, when all chats are over and all that was on its way has arrived. */
  empty(alive: (tab: TabId) => boolean): void {
    for (const { runner, tab, range } of this.shards) {
      if (!alive(tab)) continue;
      this.must(
        runner.openSessions.size === 0,
        () => `${tab.slice(0, 4)} (layers ${range.from}–${range.to}) keeps a session that nobody owns`,
      );
    }
  }
}
