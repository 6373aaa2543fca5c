import type { ModelId } from "@potluck/protocol";
import { swarmModel } from "@potluck/swarm";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Coordinator, type CoordinatorOptions, createCoordinator } from "../coordinator.ts";
import type { ServedModel } from "../models/served-model.ts";
import { createLog } from "../watch/create-log.ts";
import { ManualClock } from "./manual-clock.ts";
import { TestPartner } from "./test-partner.ts";
import { TestTab } from "./test-tab.ts";

/** 4 layers of 10 kB: a tab of {@link halfBytes} holds 2 of them and has 1000 tokens of KV. */
const testModel: ServedModel = {
  swarm: swarmModel({
    id: "test-model" as ModelId,
    name: "test model",
    dtype: "q4",
    maxPositions: 2048,
    activation: "f32",
    manifestUrl: "/models/test-model/manifest.json",
    layers: Array.from({ length: 4 }, () => ({ weightBytes: 10_000, kvBytesPerToken: 1 })),
  }),
  files: new Map(),
  sourceOrigin: null,
};
export const halfBytes = 22_000;

/** A coordinator on a free port, with a clock that only the test moves, and its log as text. */
export class TestCoordinator {
  readonly coordinator: Coordinator;
  readonly clock: ManualClock;
  readonly dataDir: string;
  readonly logged: string[];
  readonly partner: TestPartner = new TestPartner(this);
  readonly #tabs: TestTab[] = [];

  private constructor(coordinator: Coordinator, clock: ManualClock, dataDir: string, logged: string[]) {
    this.coordinator = coordinator;
    this.clock = clock;
    this.dataDir = dataDir;
    this.logged = logged;
  }

  static async start(options: Partial<CoordinatorOptions> = {}): Promise<TestCoordinator> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "potluck-signal-")));
    const clock = new ManualClock();
    const logged: string[] = [];
    const log = createLog("debug", { write: (line) => logged.push(line) });
    // Pings go by the real clock; a test that needs them says so.
    const limits = { pingMs: 60_000, ...options.limits };
    const base = { models: [testModel], webRoot: null, clock, log };
    const coordinator = await createCoordinator({ ...base, ...options, limits, dataDir });
    await coordinator.listen(0, "127.0.0.1");
    return new TestCoordinator(coordinator, clock, dataDir, logged);
  }

  get url(): string {
    return this.coordinator.url.replace("localhost", "127.0.0.1");
  }

  /** A connected socket that has said nothing. */
  silent(options: ConstructorParameters<typeof TestTab>[1] = {}): TestTab {
    const tab = new TestTab(this.url, options);
    this.#tabs.push(tab);
    return tab;
  }

  async tab(): Promise<TestTab> {
    return this.silent().hello();
  }

  async donor(budgetBytes: number = halfBytes): Promise<TestTab> {
    const tab = await this.tab();
    await tab.donate(budgetBytes);
    return tab;
  }

  /** The value of one line of `/metrics`; 0 when it is not there. */
  async metric(line: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const found = text.split("\n").find((one) => one.startsWith(`${line} `));
    return Number(found?.slice(line.length + 1) ?? 0);
  }

  async json(path: string): Promise<Record<string, unknown>> {
    return (await (await fetch(this.url + path)).json()) as Record<string, unknown>;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async stop(): Promise<void> {
    for (const tab of this.#tabs) tab.close();
    await this.coordinator.close(1000);
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
