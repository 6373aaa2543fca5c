/** The model in this very tab: a route of one hop, over a loopback link, without the coordinator (DN8). */
import { type Clock, loopbackLinks } from "@potluck/link";
import {
  createHopHost,
  createSwitchboard,
  type DropCounter,
  type HopHost,
  type Peers,
  type RepairDesk,
  type Switchboard,
} from "@potluck/pipeline";
import { type ModelId, randomId, type Route, type Segment, type SessionId, type TabId } from "@potluck/protocol";
import type { DeviceReport, LoadProgress } from "../donation/donation.ts";
import { createOwnModelTurn, type WindowChannel } from "../sharing/own-model-turn.ts";
import type { WindowLocks } from "../sharing/window-locks.ts";
import type { Shards, TabShard } from "../shards.ts";
import { type Draft, openDraft } from "../donation/draft.ts";
import { usable } from "../donation/usable.ts";
import type { AskEvent } from "./asker.ts";
import type { TabText } from "./texts.ts";

export interface OwnTab {
  readonly peers: Peers;
  readonly board: Switchboard;
  /** Nobody else has this shard: when it is lost, the answer fails at once. */
  readonly desk: RepairDesk;
  /**
   * Loads the model if it is not here yet, and returns `kept` with at least `contextTokens`, or a fresh route. Throws a
   * ProblemError when another window keeps the model to itself too long.
   */
  route(
    modelId: ModelId,
    text: TabText,
    contextTokens: number,
    kept: Route | null,
    emit: (event: Extract<AskEvent, { kind: "sharing" | "loading" }>) => void,
    signal: AbortSignal,
  ): Promise<Route>;
  close(): Promise<void>;
}

export interface OwnTabOptions {
  readonly shards: Shards;
  readonly device: () => Promise<DeviceReport>;
  readonly clock: Clock;
  readonly drops: DropCounter;
  /** What guesses for a model, as far as the coordinator has told. */
  readonly draftOf: (modelId: ModelId) => Segment | null;
  readonly openHost?: typeof createHopHost;
  readonly windows: WindowLocks;
  readonly channel: WindowChannel | null;
}

/** A chat left open keeps its KV this long; it is this person's own memory. */
const leaseMs = 3_600_000;

interface Loaded {
  readonly modelId: ModelId;
  readonly shard: TabShard;
  readonly draft: Draft | null;
  readonly host: HopHost;
  /** Lets another window of this browser load it. */
  readonly release: () => void;
}

/** How long the answer that runs is watched between two looks, when another window waits for the model. */
const lookMs = 500;

export function createOwnTab(options: OwnTabOptions): OwnTab {
  const { shards, device, clock, drops, draftOf, openHost = createHopHost } = options;
  const self = randomId() as TabId;
  const board = createSwitchboard(drops, clock);
  const [near, far] = loopbackLinks(self);
  far.onFrame((frame) => board.receive(self, frame));
  const peers: Peers = { self, link: async () => near, silentMs: () => 0 };
  const desk: RepairDesk = {
    claim: () => undefined,
    async replace(session) {
      board.askers.get(session)?.dismissed("engine-error");
      throw new Error("the model in this tab has stopped, and nobody stands by for it");
    },
  };
  let loaded: Loaded | null = null;
  let cancelLook: (() => void) | null = null;

  const unload = async (): Promise<void> => {
    cancelLook?.();
    cancelLook = null;
    const was = loaded;
    loaded = null;
    if (was === null) return;
    was.host.close();
    board.hosts.delete(was.host);
    await Promise.all([was.shard.close(), was.draft?.close()]);
    was.release();
  };

  /** DN41: after the answer that runs. */
  const unloadWhenIdle = (): void => {
    cancelLook = null;
    if (loaded === null) return;
    if (loaded.host.stats.answering === 0) return void unload();
    cancelLook = clock.after(lookMs, unloadWhenIdle);
  };
  const turn = createOwnModelTurn({
    windows: options.windows,
    channel: options.channel,
    clock,
    asked(modelId) {
      if (loaded?.modelId === modelId && cancelLook === null) unloadWhenIdle();
    },
  });

  return {
    peers,
    board,
    desk,
    async route(modelId, text, contextTokens, kept, emit, signal) {
      if (loaded?.modelId !== modelId) {
        await unload();
        const { backend } = usable(await device());
        const segment = { modelId, from: 0, to: text.layerCount };
        // Two chats' worth: the one on the screen, and the one that has just ended.
        const how = { kvTokens: text.maxPositions * 2, backend };
        const release = await turn.take(modelId, signal, () => emit({ kind: "sharing" }));
        const onProgress = (progress: LoadProgress): void => emit({ kind: "loading", progress });
        const shard = await shards.open({ segment, ...how, signal, onProgress }).catch((error: unknown) => {
          release();
          throw error;
        });
        const small = draftOf(modelId);
        // The answer does not wait for it (DN35).
        const draft = small === null ? null : openDraft(shards, { segment: small, ...how });
        const draftRunner = (): TabShard | null => draft?.runner() ?? null;
        const host = openHost({ runner: shard, draftRunner, peers, clock, drops });
        board.hosts.add(host);
        loaded = { modelId, shard, draft, host, release };
        void shard.gone.then(() => (loaded?.shard === shard ? unload() : undefined));
      }
      const route: Route = {
        session: kept?.session ?? (randomId() as SessionId),
        modelId,
        epoch: 0,
        asker: self,
        hops: [{ tab: self, range: { from: 0, to: text.layerCount }, standbys: [] }],
        contextTokens: Math.max(contextTokens, kept?.contextTokens ?? 0),
        frameDtype: text.frameDtype,
        leaseMs,
      };
      board.admit(loaded.host, route, 0);
      return route;
    },
    close: unload,
  };
}
