/** Puts a tab together. Everything of the platform comes in, so the same tab runs in a page and in a test. */
import { type Clock, type Link, loopbackLinks } from "@potluck/link";
import { createDropCounter, type createHopHost, createSwitchboard } from "@potluck/pipeline";
import { type CachedSegments } from "./donation/cached-segments.ts";
import { createChat } from "./asking/chat.ts";
import { createClaims } from "./asking/claims.ts";
import { createAsker } from "./asking/create-asker.ts";
import { createLine } from "./asking/line.ts";
import { createOwnTab } from "./asking/own-tab.ts";
import { createPresence } from "./asking/presence.ts";
import { createRepairDesk } from "./asking/repair-desk.ts";
import { createRouteDesk } from "./asking/route-desk.ts";
import type { Texts } from "./asking/texts.ts";
import { createUnfinishedBook, type Vault } from "./asking/unfinished.ts";
import type { Coordinator } from "./coordinator/coordinator.ts";
import { createDonation } from "./donation/create-donation.ts";
import type { DeviceReport, ModelCache } from "./donation/donation.ts";
import { createProbe, type MeasureMemory } from "./donation/measure-memory.ts";
import { createTally } from "./ledger/create-tally.ts";
import type { LedgerDays } from "./ledger/ledger.ts";
import { memoryDays } from "./ledger/memory-days.ts";
import { createManners } from "./manners/create-manners.ts";
import { blindSenses, type Senses } from "./manners/senses.ts";
import type { WindowChannel } from "./sharing/own-model-turn.ts";
import { noLocks, type WindowLocks } from "./sharing/window-locks.ts";
import { createLinkBook, type LinkBook, type ConnectTransport } from "./links/link-book.ts";
import { createRoundTrips } from "./links/round-trips.ts";
import { ProblemError } from "./problem.ts";
import { problems } from "./problems.ts";
import type { Shards } from "./shards.ts";
import type { Tab } from "./tab.ts";
import type { DownPayload, ModelId, Segment, SwarmView } from "@potluck/protocol";
import type { StoreApi } from "zustand/vanilla";

export interface TabParts {
  readonly coordinator: Coordinator;
  readonly swarm: StoreApi<SwarmView | null>;
  readonly shards: Shards;
  readonly texts: Texts;
  readonly clock: Clock;
  /** Ms since 1970; unlike `clock` it goes on from one page to the next. */
  readonly wallMs: () => number;
  /** Outlives the page: what the next one needs to carry an answer on. */
  readonly vault: Vault;
  readonly cached: CachedSegments;
  readonly device: () => Promise<DeviceReport>;
  /** Whether the page can't be seen; one that never says is. */
  readonly hidden?: () => boolean;
  /** What the rules of a donor need to know; by itself a tab senses only whether it is hidden. */
  readonly senses?: Senses;
  /** What windows of this browser hold; unless told, this is the only one. */
  readonly windows?: WindowLocks;
  /** How windows ask each other for something. */
  readonly channel?: WindowChannel | null;
  /** What this browser gave on which day; forgotten with the tab unless told. */
  readonly days?: LedgerDays;
  readonly cache?: ModelCache;
  readonly measureMemory?: MeasureMemory;
  /** WebRTC in a page, the twin in a test. */
  readonly connect: ConnectTransport;
  /** Opens the hosts of its shards; the pipeline's own unless told. */
  readonly openHost?: typeof createHopHost;
}

/** A {@link Tab} for whoever owns the page that it lives in. */
export interface AssembledTab extends Tab {
  /**
   * The page goes away now, and may not get to anything that waits: links say goodbye, the donation is given back. An answer
   * in progress is left to the next page: its chat waits for it at the coordinator and on the hops (RP13).
   */
  hide(): void;
  /** The page was only put aside, and is back: what was left is taken up again. */
  show(): void;
}

export function assembleTab(parts: TabParts): AssembledTab {
  const { coordinator, clock } = parts;
  const drops = createDropCounter();
  const board = createSwitchboard(drops, clock);
  let links: LinkBook | null = null;

  const openLinks = (): void => {
    const identity = coordinator.identity.getState();
    if (identity === null || identity.tab === links?.self) return;
    links?.close();
    const { tab: self, iceServers } = identity;
    const [near, far]: readonly [Link, Link] = loopbackLinks(self);
    far.onFrame((frame) => board.receive(self, frame));
    links = createLinkBook({
      self,
      iceServers,
      clock,
      loopback: near,
      connect: parts.connect,
      onFrame: (from, frame) => board.receive(from, frame),
      onGone: (tab, why) => board.peerGone(tab, why),
      async relay(to, data) {
        const answer = await coordinator.call("relay", { to, data });
        if (answer.status === "refused") throw new ProblemError(problems.refused(answer));
      },
    });
  };

  const device = once(parts.device);
  const draftOf = (modelId: ModelId): Segment | null =>
    parts.swarm.getState()?.models.find(({ id }) => id === modelId)?.draft ?? null;
  const { wallMs, windows = noLocks, channel = null, days = memoryDays(), cache = noCache } = parts;
  const { senses = blindSenses(parts.hidden ?? (() => false)), measureMemory = cantMeasure } = parts;
  const ownTab = createOwnTab({ ...parts, device, drops, draftOf, windows, channel });
  const tally = createTally({ clock, wallMs, days, traffic: () => links?.traffic ?? noTraffic });
  const donation = createDonation({
    ...parts,
    device,
    board,
    drops,
    links: () => links,
    senses,
    windows,
    tally,
    cache,
    manners: createManners({ senses, clock, wallMs, bytesToday: () => tally.bytesToday() }),
    probe: createProbe(device, measureMemory),
  });
  const claims = createClaims(coordinator);
  const line = createLine(coordinator, clock, (route) => {
    // A running chat goes on as it is; a route that nobody will use is given back.
    if (claims.route(route.session) !== null) claims.repeat(route.session);
    else coordinator.call("settle", { session: route.session, state: "ended" }).catch(() => undefined);
  });
  const presence = createPresence();
  const chat = createChat({
    coordinator,
    desk: createRouteDesk(coordinator, line, clock),
    repairDesk: createRepairDesk(coordinator, claims, line),
    claims,
    presence,
    ownTab,
    peers: () => links,
    measured: () => links?.roundTrips ?? [],
    board,
    drops,
    clock,
  });
  const book = createUnfinishedBook(parts.vault, parts.wallMs);
  const asker = createAsker({ texts: parts.texts, chat, book, presence, clock });

  coordinator.on("relay", (relayed) => links?.receive(relayed));
  coordinator.on("hop-gone", ({ session, tab, certain }) => {
    const asker = board.askers.get(session);
    // A tab whose socket closed may be as well as ever; one that left, or was silent for long, is believed gone.
    if (certain) asker?.peerGone(tab, "goodbye");
    else asker?.hopGone(tab);
  });
  coordinator.on("standbys", ({ session, hops }) => {
    board.askers.get(session)?.standbys(hops);
    // Linked before they are needed (RP12).
    for (const tab of hops.flatMap((hop) => hop.standbys)) links?.link(tab).catch(() => undefined);
  });
  coordinator.on("dismiss", ({ session, why }) => {
    if (!endsChat(why)) return;
    claims.forget(session);
    board.askers.get(session)?.dismissed(why === "lease-expired" ? "lease-expired" : "kv-missing");
  });
  coordinator.connection.subscribe((now) => {
    if (now.kind !== "offline" || now.problem.code !== "consent") return;
    // Chats that it serves hear of it before their links end.
    donation.refused(now.problem);
    roundTrips.stop();
    links?.hangUp();
  });
  const roundTrips = createRoundTrips({ coordinator, clock, measured: () => links?.roundTrips ?? [] });
  coordinator.onWelcome(() => {
    openLinks();
    roundTrips.start();
    donation.rejoin();
  });

  let isClosed = false;
  return {
    connection: coordinator.connection,
    // Who only needs a part reads it from the whole; nobody but the watch writes either.
    swarm: parts.swarm,
    view: parts.swarm,
    donation,
    asker,
    traffic: () => links?.traffic ?? noTraffic,
    hide() {
      if (isClosed) return;
      const isLeft = asker.hide();
      roundTrips.stop();
      // A tab that takes its answer up again comes back under its name, and with empty hands.
      donation.suspend();
      coordinator.close({ goodbye: !isLeft });
      links?.hangUp();
    },
    show() {
      // A page may outlive its tab, as that of a guest who stopped.
      if (isClosed) return;
      coordinator.reopen();
      asker.show();
    },
    async close() {
      isClosed = true;
      asker.endChat();
      roundTrips.stop();
      const stopped = donation.halt();
      // What others wait for comes first: a page that is being closed may not get to the rest.
      coordinator.close();
      await stopped;
      await ownTab.close();
      links?.close();
    },
  };
}

const noTraffic = { sentBytes: 0, receivedBytes: 0 };
const noCache: ModelCache = { list: async () => [], remove: async () => false };
const cantMeasure: MeasureMemory = () =>
  Promise.reject(new ProblemError(problems.internal("no way to measure memory")));

/** Whether the coordinator's word to free a chat's KV reaches all its hops, so that nothing of it is left to go on with. */
function endsChat(why: DownPayload<"dismiss">["why"]): boolean {
  switch (why) {
    case "asker-gone":
    case "evicted":
    case "lease-expired":
      return true;
    // Our own word; for one hop only; and a coordinator that goes leaves running answers to us and the hops.
    case "ended":
    case "replaced":
    case "shutting-down":
      return false;
    default:
      return why satisfies never;
  }
}

/** Remembers the answer, but not a failure. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = null;
      throw error;
    });
    return answer;
  };
}
