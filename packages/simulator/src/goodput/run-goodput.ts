import { type Outcome, Person } from "../asking/person.ts";
import { createRandom } from "../random/random.ts";
import type { SimPage } from "../tab/sim-page.ts";
import type { Pace } from "../tab/timed-oracle.ts";
import type { SimDraft } from "../tab/sim-draft.ts";
import { SimWorld } from "../world/sim-world.ts";

export interface GoodputOptions {
  readonly seed: number;
  readonly hops: number;
  /** Tabs a segment while nobody is dead: one works, the others stand by. */
  readonly holders: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  /** Probability that a tab dies in one step of its hop: one decoded token on one hop, replayed rows not counted. */
  readonly failuresPerStep: number;
  /**
   * `kill`: its process ends, its socket to the coordinator closes, its peers hear nothing. `unplug`: nobody is told.
   * `close`: its person closes the page.
   */
  readonly death: "kill" | "unplug" | "close";
  readonly pace: Pace;
  readonly oneWayMs: readonly [low: number, high: number];
  readonly jitterMs: number;
  /** From a death until another tab joins, on average, and from then until its shard is ready, in ms. */
  readonly rejoinMs: number;
  readonly loadMs: number;
  readonly draft?: SimDraft | null;
}

export interface GoodputResult {
  readonly outcome: Outcome;
  readonly failures: number;
}

/** What the figures in BENCHMARKS.md were measured with. */
export const usualGoodput: Omit<GoodputOptions, "seed" | "failuresPerStep"> = {
  hops: 4,
  holders: 3,
  promptTokens: 64,
  answerTokens: 1024,
  death: "kill",
  pace: { stepMs: 15, furtherRowMs: 1 },
  oneWayMs: [15, 15],
  jitterMs: 5,
  rejoinMs: 2000,
  loadMs: 8000,
};

const readyMs = 2000;
/** An answer that takes longer counts as never finished. */
const endMs = 3_600_000;

/** One answer, during which tabs die at a fixed rate and others come in their place. Throws what must never happen. */
export async function runGoodput(options: GoodputOptions): Promise<GoodputResult> {
  const { seed, hops, holders, failuresPerStep } = options;
  const random = createRandom(seed);
  const world = new SimWorld({ ...options, layerCount: hops, layersPerDonor: 1, kvTokensPerDonor: 16_384, loss: 0 });
  const chance = random.fork("deaths");
  let failures = 0;

  const join = (loadMs: number): void => {
    const page = world.open({ pace: options.pace, loadMs, speedLie: 1, serverOneWayMs: 15, onStep });
    page.donate();
  };
  const onStep = (page: SimPage): void => {
    if (!page.isAlive || !chance.chance(failuresPerStep)) return;
    failures += 1;
    if (options.death === "kill") page.kill();
    else if (options.death === "unplug") page.unplug();
    else page.leave();
    world.clock.after(chance.gap(options.rejoinMs), () => join(options.loadMs));
  };
  for (let i = 0; i < hops * holders; i++) world.clock.after(i * 20, () => join(100));
  await world.run(readyMs, () => false);

  const asker = world.open({ pace: options.pace, loadMs: 0, speedLie: 1, serverOneWayMs: 15 });
  const person = new Person(world, asker, random.fork("person"), {
    turns: 1,
    promptTokens: options.promptTokens,
    answerTokens: options.answerTokens,
    temperature: 0.8,
    thinkMs: 0,
  });
  world.clock.after(500, () => void person.chat());
  await world.run(endMs, () => person.outcomes.length > 0);
  const [outcome] = person.outcomes;
  if (outcome === undefined) throw new Error(`seed ${seed}: the answer never ended: ${person.describe()}`);
  return { outcome, failures };
}
