import { type Outcome, Person } from "../asking/person.ts";
import { createRandom } from "../random/random.ts";
import type { SimPage } from "../tab/sim-page.ts";
import { SimWorld } from "../world/sim-world.ts";
import { Violation } from "../world/watch.ts";
import { strike } from "./faults.ts";
import { drawScenario, type Scenario, type ScenarioSize } from "./scenario.ts";

export interface ChurnResult {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly outcomes: readonly Outcome[];
  readonly faults: readonly string[];
  readonly events: number;
  readonly virtualMs: number;
}

/** A run with its seed, for whoever pins it. */
export class SeedFailed extends Error {
  override readonly name = "SeedFailed";
  readonly seed: number;
  constructor(seed: number, faults: readonly string[], cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(`seed ${seed}: ${what}\n  ${faults.join("\n  ")}`, { cause });
    this.seed = seed;
  }
}

/** An answer that is not over by then hangs. Waiting for a tab takes at most as long as one takes to join, many times. */
const endMs = 300_000;
/** By then the first donors are ready. */
const startMs = 400;
/** Mean time between two donors that come by themselves. */
const arrivalMs = 15_000;
/** For what is said at the end to arrive everywhere. */
const goodbyeMs = 300;
/** After which no hop keeps a session whose asker went (RP13), and no link that was cut is thought open. */
const forgottenMs = 45_000;

/**
 * One world from a seed: donors, people who chat, and faults until the chats are over. Throws {@link SeedFailed} when
 * something that must hold does not.
 */
export async function runChurn(seed: number, size: ScenarioSize, given: Partial<Scenario> = {}): Promise<ChurnResult> {
  const random = createRandom(seed);
  const scenario = { ...drawScenario(random.fork("scenario"), size), ...given };
  const layerCount = scenario.hops * scenario.layersPerHop;
  const world = new SimWorld({
    seed,
    layerCount,
    layersPerDonor: scenario.layersPerHop,
    kvTokensPerDonor: 8192,
    oneWayMs: scenario.oneWayMs,
    jitterMs: scenario.jitterMs,
    loss: scenario.loss,
    draft: scenario.draft,
  });
  const draw = random.fork("pages");
  const donors = new Set<SimPage>();
  const faults: string[] = [];
  const page = (loadMs: number): SimPage =>
    world.open({
      pace: scenario.pace,
      loadMs,
      speedLie: draw.chance(scenario.liars) ? 0.1 : 1,
      serverOneWayMs: draw.between(...scenario.oneWayMs),
    });
  const join = (loadMs: number): void => {
    const donor = page(loadMs);
    donors.add(donor);
    donor.donate();
  };
  const replace = (gone: SimPage): void => {
    donors.delete(gone);
    world.clock.after(draw.gap(1500), () => join(draw.between(...scenario.loadMs)));
  };

  try {
    for (let i = 0; i < scenario.hops * scenario.holders; i++) world.clock.after(i * 20, () => join(100));
    await world.run(startMs + scenario.hops * scenario.holders * 20, () => false);

    const people = Array.from({ length: scenario.askers }, () => {
      return new Person(world, page(0), draw.fork(`person ${draw.unit()}`), {
        turns: scenario.turns,
        promptTokens: scenario.promptTokens,
        sharedTokens: scenario.sharedTokens,
        answerTokens: scenario.answerTokens,
        temperature: scenario.temperature,
        thinkMs: 1000,
      });
    });
    const over = (): boolean => people.every((person) => person.isDone);
    const chance = random.fork("faults");
    const next = (): void => {
      if (over() || world.clock.now() > scenario.churnMs) return;
      const kind = chance.weighted(scenario.faults);
      faults.push(`${Math.round(world.clock.now())} ms: ${kind}`);
      strike(kind, { world, random: chance, donors, people, replace });
      world.clock.after(chance.gap(scenario.faultGapMs), next);
    };
    // Placement moves nobody, so only who comes anew fills a gap that a tab left while it still counted.
    const arrive = (): void => {
      if (!over()) world.clock.after(draw.gap(arrivalMs), arrive);
      join(draw.between(...scenario.loadMs));
    };
    world.clock.after(draw.gap(arrivalMs), arrive);
    if (Number.isFinite(scenario.faultGapMs)) world.clock.after(chance.gap(scenario.faultGapMs), next);
    for (const person of people) world.clock.after(draw.gap(300), () => void person.chat());

    if (!(await world.run(endMs, over))) {
      const hang = people.filter((person) => !person.isDone).map((person) => person.describe());
      throw new Violation(`an answer hangs: ${hang.join("; ")}`);
    }
    if (world.server.swarm === null) world.server.start();
    for (const { clock } of world.pages) clock.thaw();
    const virtualMs = world.clock.now();
    const isThorough = size === "long" || seed % 32 === 0;
    await world.run(virtualMs + (isThorough ? forgottenMs : goodbyeMs), () => false);
    if (isThorough) world.watch.empty((tab) => world.alive(tab));
    const [violation] = world.watch.violations;
    if (violation !== undefined) throw violation;
    const outcomes = people.flatMap((person) => person.outcomes);
    return { seed, scenario, outcomes, faults, events: world.clock.events, virtualMs };
  } catch (error) {
    throw new SeedFailed(seed, faults, error);
  }
}
