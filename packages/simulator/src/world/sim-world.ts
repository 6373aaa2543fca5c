import type { ModelId, TabId } from "@potluck/protocol";
import { type SwarmLimits, type SwarmModel, swarmModel } from "@potluck/swarm";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { SimServer } from "../coordinator/sim-server.ts";
import { Rendezvous } from "../network/connect.ts";
import { Network } from "../network/network.ts";
import { createRandom, type Random } from "../random/random.ts";
import { type Browser, type PageOptions, SimPage } from "../tab/sim-page.ts";
import { type SimDraft, simDraftId } from "../tab/sim-draft.ts";
import { Watch } from "./watch.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly layerCount: number;
  /** Layers that one donor's budget holds. */
  readonly layersPerDonor: number;
  /** KV positions that the rest of the budget holds. */
  readonly kvTokensPerDonor: number;
  readonly oneWayMs: readonly [low: number, high: number];
  readonly jitterMs: number;
  readonly loss: number;
  readonly limits?: Partial<SwarmLimits>;
  /** A small model for whoever has the first layers; null or missing for none. */
  readonly draft?: SimDraft | null;
}

const layerBytes = 10_000_000;
export const simModelId: ModelId = "oracle" as ModelId;

/** Pages, the network between them and the coordinator, all of one seed. */
export class SimWorld {
  readonly clock: VirtualClock = new VirtualClock();
  readonly random: Random;
  readonly watch: Watch;
  readonly network: Network;
  readonly server: SimServer;
  readonly rendezvous: Rendezvous;
  readonly layerCount: number;
  readonly maxPositions = 4096;
  readonly donorBudgetBytes: number;
  readonly draft: SimDraft | null;
  readonly pages: Set<SimPage> = new Set();

  constructor(options: WorldOptions) {
    const { layerCount } = options;
    this.layerCount = layerCount;
    this.draft = options.draft ?? null;
    this.donorBudgetBytes = options.layersPerDonor * (layerBytes + options.kvTokensPerDonor);
    this.random = createRandom(options.seed);
    this.watch = new Watch(layerCount, () => this.clock.now());
    this.network = new Network({
      clock: this.clock,
      random: this.random.fork("network"),
      oneWayMs: options.oneWayMs,
      jitterMs: options.jitterMs,
      loss: options.loss,
      tap: (from, to, message) => this.watch.message(from, to, message),
    });
    this.rendezvous = new Rendezvous(this.network);
    this.server = new SimServer({
      clock: this.clock,
      random: this.random.fork("server"),
      models: [oracleModel(layerCount, this.maxPositions, this.draft !== null)],
      limits: options.limits ?? {},
      onChange: (swarm) => this.watch.swarm(swarm),
      onRoute: (route) => this.watch.route(route),
    });
  }

  open(options: PageOptions, browser: Browser = { memory: { welcome: null }, kept: null }): SimPage {
    const page = new SimPage(this, options, browser);
    this.pages.add(page);
    return page;
  }

  alive(tab: TabId): boolean {
    return [...this.pages].some((page) => page.id === tab && page.isAlive);
  }

  /** Runs until `done`, checking what must hold after each event. Throws the first violation. */
  async run(untilMs: number, done: () => boolean): Promise<boolean> {
    return await this.clock.run(untilMs, done, () => {
      const [violation] = this.watch.violations;
      if (violation !== undefined) throw violation;
    });
  }
}

function oracleModel(layerCount: number, maxPositions: number, hasDraft: boolean): SwarmModel {
  return swarmModel({
    id: simModelId,
    name: "Oracle",
    dtype: "f32",
    maxPositions,
    activation: "f32",
    manifestUrl: "/models/oracle/manifest.json",
    layers: Array.from({ length: layerCount }, () => ({ weightBytes: layerBytes, kvBytesPerToken: 1 })),
    // So light that it changes no placement.
    draft: hasDraft ? { id: simDraftId, layerCount, activation: "f32", weightBytes: 1, kvBytesPerToken: 0.001 } : null,
  });
}
