import { type AssembledTab, assembleTab, type TabParts } from "@potluck/donor/assemble";
import { EngineError } from "@potluck/engine";
import type { TabId } from "@potluck/protocol";
import { createStore } from "zustand/vanilla";
import { TabClock } from "../clock/tab-clock.ts";
import { createSimCoordinator, type PageMemory, type SimCoordinator } from "../coordinator/sim-coordinator.ts";
import type { WatchedShard } from "../world/watch.ts";
import type { SimWorld } from "../world/sim-world.ts";
import { simDraftId } from "./sim-draft.ts";
import { createTimedOracle, type Pace } from "./timed-oracle.ts";

export interface PageOptions {
  readonly pace: Pace;
  /** From the assignment until the shard is ready, in ms: download, compile, check. */
  readonly loadMs: number;
  readonly speedLie: number;
  readonly serverOneWayMs: number;
  /** Called in each run of one position on this page's shard. */
  readonly onStep?: (page: SimPage) => void;
}

/** What a page that is closed still gets to do. */
const closingMs = 5;
/** Until the next page runs its script. */
const reloadMs = 800;

/** What a browser keeps when the page is gone: the tab's secret, and the answer in progress. */
export interface Browser {
  readonly memory: PageMemory;
  kept: unknown;
}

/** One page of the world: a whole tab as the donor package assembles it, on fakes of the platform. */
export class SimPage {
  readonly #world: SimWorld;
  readonly #options: PageOptions;
  readonly #coordinator: SimCoordinator;
  readonly #shards = new Set<WatchedShard>();
  readonly clock: TabClock;
  readonly browser: Browser;
  readonly tab: AssembledTab;
  #slowness = 1;

  constructor(world: SimWorld, options: PageOptions, browser: Browser) {
    this.#world = world;
    this.#options = options;
    this.browser = browser;
    this.clock = new TabClock(world.clock);
    this.#coordinator = createSimCoordinator({
      server: world.server,
      clock: this.clock,
      world: world.clock,
      random: world.random.fork(`coordinator ${world.pages.size}`),
      memory: browser.memory,
      onWelcome: (tab) => world.network.plug(tab, this.clock),
      speedLie: options.speedLie,
      oneWayMs: options.serverOneWayMs,
    });
    this.tab = assembleTab(this.#parts());
  }

  get id(): TabId | null {
    return this.browser.memory.welcome?.tab ?? null;
  }

  get isAlive(): boolean {
    return this.clock.pulse !== "dead";
  }

  donate(): void {
    this.tab.donation.start(this.#world.donorBudgetBytes);
  }

  /** The person closes the page: it says what it can at once, and what it left lying is closed by the platform. */
  leave(): void {
    this.tab.hide();
    this.clock.after(closingMs, () => {
      this.#world.network.closeAll(this.clock);
      this.#coordinator.vanish("killed");
      this.#end();
    });
  }

  /** As a page that is closed; the next page of this browser is the same tab. `then` gets it. */
  reload(then: (next: SimPage) => void): void {
    this.leave();
    this.#world.clock.after(reloadMs, () => then(this.#world.open(this.#options, this.browser)));
  }

  /** The process ends; the system closes its socket to the coordinator, and peers hear nothing. */
  kill(): void {
    this.#coordinator.vanish("killed");
    this.#end();
  }

  /** The machine is gone, and nobody is told. */
  unplug(): void {
    this.#coordinator.vanish("unplugged");
    this.#end();
  }

  loseDevice(): void {
    for (const { runner } of this.#shards) runner.lose(new EngineError("device-lost", "the device was lost"));
  }

  /** Everything on its device takes so many times as long; 1 for as usual. */
  slowDown(times: number): void {
    this.#slowness = times;
  }

  #end(): void {
    this.clock.kill();
    for (const shard of this.#shards) this.#world.watch.shards.delete(shard);
  }

  #parts(): TabParts {
    const { clock, browser } = this;
    const world = this.#world;
    const { layerCount, maxPositions } = world;
    return {
      coordinator: this.#coordinator,
      clock,
      wallMs: () => world.clock.now(),
      vault: {
        load: async () => browser.kept,
        // Written anew each time, so it needs no copy.
        save: async (record) => void (browser.kept = record),
        clear: async () => void (browser.kept = null),
      },
      swarm: createStore(() => null) as TabParts["swarm"],
      cached: { list: () => [], add: () => undefined, forget: () => undefined },
      device: async () => ({ backend: "wasm", f16: false, name: "CPU", why: null }),
      connect: world.rendezvous.connector(() => this.id ?? ("" as TabId), clock),
      shards: {
        open: async ({ segment, kvTokens, signal }) => {
          await new Promise<void>((resolve) => clock.after(this.#options.loadMs, resolve));
          signal.throwIfAborted();
          const draft = segment.modelId === simDraftId ? world.draft : null;
          const runner = createTimedOracle(
            { from: segment.from, to: segment.to },
            {
              layerCount,
              kvTokens,
              clock,
              percentWrong: draft?.percentWrong ?? 0,
              pace: () => {
                const { stepMs, furtherRowMs } = draft?.pace ?? this.#options.pace;
                return { stepMs: stepMs * this.#slowness, furtherRowMs: furtherRowMs * this.#slowness };
              },
              onRun: (rows) => draft === null && rows === 1 && this.#options.onStep?.(this),
              onMisuse: (what) => world.watch.must(false, () => `${this.id?.slice(0, 4)}: ${what}`),
            },
          );
          const tab = this.id;
          if (tab !== null && draft === null) {
            const shard: WatchedShard = { tab, range: runner.range, kvTokens, runner };
            this.#shards.add(shard);
            world.watch.shards.add(shard);
            void runner.gone.then(() => {
              this.#shards.delete(shard);
              world.watch.shards.delete(shard);
            });
          }
          return runner;
        },
      },
      texts: {
        open: async () => ({
          encodeChat: async (messages) => messages.flatMap(({ content }) => content.split(" ").map(Number)),
          stopTokens: [],
          maxPositions,
          layerCount,
          vocabSize: 5000,
          frameDtype: "f32",
          stream: async () => ({ push: async (id) => `${id} `, finish: async () => "" }),
        }),
      },
    };
  }
}
