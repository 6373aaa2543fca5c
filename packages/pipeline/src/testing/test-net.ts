/** Tabs joined by links that deliver at once but never re-entrantly, through the real codec. For tests of sessions. */
import type { ShardRunner } from "@potluck/engine";
import { type Clock, type CloseReason, type Link, LinkClosed } from "@potluck/link";
import {
  decodeFrame,
  encodeFrame,
  type LayerRange,
  type ModelId,
  type Route,
  type SessionFrames,
  type SessionId,
  type TabId,
} from "@potluck/protocol";
import { type AskerSession, createAskerSession } from "../asker/asker-session.ts";
import type { SessionState } from "../asker/answer.ts";
import type { RepairDesk } from "../asker/repair.ts";
import { createDropCounter, type DropCounter } from "../counters.ts";
import { createHopHost, type HopHost } from "../hop/hop-host.ts";
import type { Peers } from "../peers.ts";
import { createSwitchboard, type Switchboard } from "../switchboard.ts";
import { createOracleRunner, type OracleOptions, type OracleRunner } from "./oracle-runner.ts";

export interface TestTab {
  readonly id: TabId;
  readonly peers: Peers;
  readonly drops: DropCounter;
  readonly board: Switchboard;
}

/** A hop on any shard. */
export interface AnyHop extends TestTab {
  readonly host: HopHost;
  readonly runner: ShardRunner;
}

export interface TestHop extends TestTab {
  readonly host: HopHost;
  readonly runner: OracleRunner;
}

export interface TestNet {
  tab(): TestTab;
  hop(range: LayerRange, options: OracleOptions): TestHop;
  /** Admits a session on the hops and opens the asker's side. */
  ask(asker: TestTab, hops: readonly AnyHop[], options?: AskOptions): AskerSession;
  /** Closes the link between two tabs, on both sides; it can be made anew. */
  cut(a: TabId, b: TabId, why?: "goodbye" | "lost"): void;
  /** The tab is gone: its links close, and none can be made to it. */
  kill(tab: TabId, why?: "goodbye" | "lost"): void;
  /** The tab can be reached again, with all that it had. */
  revive(tab: TabId): void;
  /** A frame that was held back arrives now. */
  deliver(from: TabId, to: TabId, frame: SessionFrames): void;
  /** Return a promise to keep whoever wants a new link to that tab waiting for it. */
  connecting: (to: TabId) => Promise<never> | null;
  /** Set to give every first hop made from then on a small model that draws something else where this says so. */
  drafts: ((position: number) => boolean) | null;
  /** Whom the coordinator offers in place of lost hops; by default nobody ever. */
  replace: RepairDesk["replace"];
  /** Routes that askers told the coordinator. */
  readonly claims: Route[];
  /** Every frame that went over a link, in order of sending. */
  readonly sent: { readonly from: TabId; readonly to: TabId; readonly frame: SessionFrames }[];
  /** How the coordinator's word reaches a hop: at once, unless a test holds it back. */
  word: (tell: () => void) => void;
  /** Called for each frame instead of delivering it; return what shall be delivered. */
  tamper: ((from: TabId, to: TabId, frame: SessionFrames) => readonly SessionFrames[]) | null;
}

export interface AskOptions {
  readonly contextTokens?: number;
  readonly leaseMs?: number;
  /** For each hop, who stands by for it. */
  readonly standbys?: readonly (readonly TestHop[])[];
  readonly resume?: SessionState;
}

export function createTestNet(clock: Clock): TestNet {
  const tabs = new Map<TabId, TestTab>();
  const links = new Map<string, { readonly link: Link; readonly close: (reason: CloseReason) => void }>();
  let made = 0;
  const newId = (): string => (++made).toString(16).padStart(32, "0");

  const dead = new Set<TabId>();

  const makeLink = (from: TabId, to: TabId): Link => {
    if (dead.has(from) || dead.has(to)) throw new LinkClosed(to, "connect-timeout");
    let open = true;
    let close: (reason: CloseReason) => void = () => undefined;
    const closed = new Promise<CloseReason>((resolve) => {
      close = resolve;
    });
    void closed.then((reason) => {
      open = false;
      if (links.get(`${from} ${to}`)?.link === link) links.delete(`${from} ${to}`);
      if (!dead.has(from)) tabs.get(from)?.board.peerGone(to, reason === "closed-there" ? "goodbye" : "lost");
    });
    const link: Link = {
      remote: to,
      closed,
      roundTripMs: 0,
      silentMs: 0,
      stats: { framesSent: 0, framesReceived: 0, bytesSent: 0, bytesReceived: 0, faults: {} },
      onFrame: () => undefined,
      close: () => net.cut(from, to),
      async send(frame) {
        if (!open) throw new LinkClosed(to, "closed-there");
        net.sent.push({ from, to, frame });
        const delivered = net.tamper === null ? [frame] : net.tamper(from, to, frame);
        for (const each of delivered) {
          const decoded = decodeFrame(encodeFrame(each));
          if (decoded.kind !== "link") {
            queueMicrotask(() => dead.has(to) || dead.has(from) || tabs.get(to)?.board.receive(from, decoded));
          }
        }
      },
    };
    links.set(`${from} ${to}`, { link, close: (reason) => close(reason) });
    return link;
  };

  const net: TestNet = {
    sent: [],
    word: (tell) => tell(),
    tamper: null,
    drafts: null,
    claims: [],
    connecting: () => null,
    replace: (_session, _lost, _onWaiting, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    tab() {
      const id = newId() as TabId;
      const drops = createDropCounter();
      const board = createSwitchboard(drops, clock);
      const peers: Peers = {
        self: id,
        link: async (to) => links.get(`${id} ${to}`)?.link ?? net.connecting(to) ?? makeLink(id, to),
        silentMs: (to) => (to === id || links.has(`${id} ${to}`) ? 0 : null),
      };
      const tab = { id, drops, board, peers };
      tabs.set(id, tab);
      return tab;
    },
    hop(range, options) {
      const tab = net.tab();
      const runner = createOracleRunner(range, options);
      const { layerCount } = options;
      const small =
        net.drafts === null || range.from > 0
          ? null
          : createOracleRunner({ from: 0, to: layerCount }, { layerCount, errs: net.drafts });
      const draftRunner = (): OracleRunner | null => small;
      const host = createHopHost({ runner, peers: tab.peers, clock, drops: tab.drops, draftRunner });
      tab.board.hosts.add(host);
      return { ...tab, host, runner };
    },
    ask(asker, hops, options = {}) {
      const route: Route = {
        session: options.resume?.route.session ?? (newId() as SessionId),
        modelId: "oracle" as ModelId,
        epoch: 0,
        asker: asker.id,
        hops: hops.map((hop, i) => ({
          tab: hop.id,
          range: hop.runner.range,
          standbys: (options.standbys?.[i] ?? []).map(({ id }) => id),
        })),
        contextTokens: options.contextTokens ?? 512,
        frameDtype: "f32",
        leaseMs: options.leaseMs ?? 60_000,
      };
      hops.forEach((hop, i) => net.word(() => hop.board.admit(hop.host, route, i)));
      options.standbys?.forEach((list, i) => {
        for (const hop of list) net.word(() => hop.board.admit(hop.host, route, i));
      });
      const desk: RepairDesk = {
        claim: (claimed) => net.claims.push(claimed),
        replace: (...args) => net.replace(...args),
      };
      const { resume } = options;
      const session = createAskerSession({
        route,
        peers: asker.peers,
        clock,
        drops: asker.drops,
        desk,
        ...(resume === undefined ? {} : { resume }),
      });
      asker.board.askers.set(route.session, session);
      return session;
    },
    cut(a, b, why = "goodbye") {
      links.get(`${a} ${b}`)?.close(why === "goodbye" ? "closed-here" : "ping-timeout");
      links.get(`${b} ${a}`)?.close(why === "goodbye" ? "closed-there" : "ping-timeout");
    },
    kill(tab, why = "lost") {
      dead.add(tab);
      for (const key of links.keys()) {
        const [from, to] = key.split(" ") as [TabId, TabId];
        if (from === tab) net.cut(from, to, why);
        else if (to === tab && !links.has(`${to} ${from}`)) net.cut(to, from, why);
      }
    },
    revive(tab) {
      dead.delete(tab);
    },
    deliver(from, to, frame) {
      if (!dead.has(from) && !dead.has(to)) tabs.get(to)?.board.receive(from, frame);
    },
  };
  return net;
}
