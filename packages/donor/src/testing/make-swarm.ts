/** Several made tabs, joined by links in memory and by a coordinator that grants one route. For tests of whole answers. */
import { ManualClock, type MemoryTransport, memoryTransportPair } from "@potluck/link";
import type { Hop, LayerRange, Route, RouteReady, SessionId, TabId } from "@potluck/protocol";
import type { ConnectTransport } from "../links/link-book.ts";
import type { FakeCoordinator } from "./fake-coordinator.ts";
import { id, makeTab, type MadeTab, modelId, waitFor } from "./make-tab.ts";
import type { MemoryVault } from "./memory-vault.ts";

export interface MadeSwarm {
  readonly clock: ManualClock;
  readonly donors: readonly (MadeTab & { readonly id: TabId })[];
  /** What the coordinator grants. */
  route: Route;
  /** Whether the coordinator still knows a session that somebody wants to resume. */
  keeps: boolean;
  /** From now on nothing is relayed to a donor. */
  mute(donor: number): void;
  /** Positions that a donor has computed, as it shows them: twice a second. */
  served(donor: number): number;
  /** A page of the asker, whose tab keeps its name from page to page. */
  page(vault?: MemoryVault): MadeTab;
}

export const askerId: TabId = id(1);
const oneWayMs = 2;

/** One donor for each range, in their order; ids from 11 on. `hops`: which donor runs each hop, and which stand by. */
export async function makeSwarm(
  ranges: readonly LayerRange[],
  hops: readonly { readonly donor: number; readonly standbys: readonly number[] }[],
): Promise<MadeSwarm> {
  const clock = new ManualClock();
  const coordinators = new Map<TabId, FakeCoordinator>();
  const pipes: MemoryTransport[] = [];

  const connect: ConnectTransport = ({ initiator, signal, sendSignal, onSignal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      if (initiator) {
        const [mine, theirs] = memoryTransportPair({ clock, oneWayMs });
        onSignal(() => resolve(mine));
        sendSignal(`${pipes.push(theirs) - 1}`);
        return;
      }
      onSignal((data) => {
        const mine = pipes[Number(data)];
        if (mine === undefined) return;
        sendSignal("taken");
        resolve(mine);
      });
    });

  const add = (tab: TabId, made: MadeTab): void => {
    const { coordinator } = made;
    coordinators.set(tab, coordinator);
    coordinator.answers.relay = ({ to, data }) => {
      queueMicrotask(() => coordinators.get(to)?.send("relay", { from: tab, data }));
      return { status: "taken" };
    };
    coordinator.welcome(tab);
  };

  const donors = await Promise.all(
    ranges.map(async (range, i) => {
      const tab = id(11 + i);
      const segment = { modelId, ...range };
      const heldBytes = { segment: 30, draft: 0 };
      const made = makeTab(
        { donate: () => ({ status: "assigned", segment, weightBytes: 10, heldBytes, kvTokens: 1000, draft: null }) },
        undefined,
        undefined,
        undefined,
        { clock, connect },
      );
      add(tab, made);
      made.tab.donation.start(5e6);
      await waitFor(made.tab, "ready");
      return { ...made, id: tab };
    }),
  );

  const idOf = (donor: number): TabId => donors[donor]?.id ?? id(0);
  const swarm: MadeSwarm = {
    clock,
    donors,
    keeps: true,
    route: {
      session: id(77) as string as SessionId,
      modelId,
      epoch: 0,
      asker: askerId,
      hops: hops.map(({ donor, standbys }): Hop => ({
        tab: idOf(donor),
        range: ranges[donor] ?? { from: 0, to: 0 },
        standbys: standbys.map(idOf),
      })),
      contextTokens: 64,
      frameDtype: "f32",
      leaseMs: 60_000,
    },
    mute: (donor) => void coordinators.delete(idOf(donor)),
    served(donor) {
      const state = donors[donor]?.tab.donation.state.getState();
      return state !== undefined && "stats" in state ? state.stats.tokensServed : 0;
    },
    page(vault) {
      const made = makeTab({}, undefined, undefined, undefined, {
        clock,
        connect,
        ...(vault === undefined ? {} : { vault }),
      });
      made.coordinator.answers["request-route"] = ({ request, resume }): RouteReady => {
        const resumed = resume === swarm.route.session && swarm.keeps;
        // A new chat of the same tab.
        if (!resumed && resume !== undefined) swarm.route = { ...swarm.route, session: id(78) as string as SessionId };
        const { route } = swarm;
        for (const [hop, { tab, standbys }] of route.hops.entries()) {
          for (const each of [tab, ...standbys]) coordinators.get(each)?.send("admit", { route, hop });
        }
        return { status: "ready", request, route, resumed, legsMs: [] };
      };
      made.coordinator.answers.repair = ({ request }) => ({
        status: "queued",
        request,
        position: 1,
        reason: { kind: "all-busy" },
        waitMs: null,
      });
      add(askerId, made);
      return made;
    },
  };
  return swarm;
}
