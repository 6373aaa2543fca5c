import type { Random } from "../random/random.ts";
import type { Pace } from "../tab/timed-oracle.ts";
import type { SimDraft } from "../tab/sim-draft.ts";

/** What may befall tabs, paths and the coordinator (SI9). */
export type FaultKind =
  /** Its person closes the page. */
  | "leave"
  /** Its person stops donating: others take over, and the page stays. */
  | "stop"
  /** It donates no more once its answers are over. */
  | "finish"
  /** Its process ends: its socket closes, its links fall silent. */
  | "kill"
  /** Its machine is gone, and nobody hears of it. */
  | "unplug"
  /** Its timers and messages stand still, for a while or for good; everything looks open. */
  | "freeze"
  /** Its device takes many times as long, for a while. */
  | "slow"
  /** Nothing gets through from one tab to another, in one direction, for a while or for good. */
  | "cut"
  | "device-lost"
  /** Two tabs are killed at once. */
  | "two-at-once"
  /** One is killed, and another during the repair that follows. */
  | "again-in-replay"
  /** The coordinator dies and comes back knowing nothing. */
  | "server-restart"
  | "asker-reload";

/** Everything about a run that its seed decides before it begins. */
export interface Scenario {
  readonly hops: number;
  readonly layersPerHop: number;
  /** Donors a segment at the start: 1 leaves no standby. */
  readonly holders: number;
  readonly askers: number;
  readonly turns: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly temperature: number;
  readonly pace: Pace;
  /** Of a donor that joins later, in ms. */
  readonly loadMs: readonly [low: number, high: number];
  readonly oneWayMs: readonly [low: number, high: number];
  readonly jitterMs: number;
  readonly loss: number;
  /** Mean time between two faults, in ms; `Infinity` for none. */
  readonly faultGapMs: number;
  /** Faults stop then, so that the end can be looked at. */
  readonly churnMs: number;
  /** Share of donors that say they are ten times as fast as they are. */
  readonly liars: number;
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** Tokens with which all chats begin. */
  readonly sharedTokens: number;
  /** The small model of first hops; null where guesses come from the text alone. */
  readonly draft: SimDraft | null;
}

/** How often each fault is drawn among the others: mostly what people do, and enough of what is rare. */
export const usualFaults: Readonly<Record<FaultKind, number>> = {
  leave: 6,
  stop: 3,
  finish: 1,
  kill: 6,
  unplug: 3,
  freeze: 3,
  slow: 2,
  cut: 3,
  "device-lost": 2,
  "two-at-once": 2,
  "again-in-replay": 2,
  "server-restart": 2,
  "asker-reload": 2,
};

/** `short` runs take some 20 ms of a processor, for thousands of seeds; `long` ones go through more at a time. */
export type ScenarioSize = "short" | "long";

export function drawScenario(random: Random, size: ScenarioSize): Scenario {
  return size === "short" ? drawShort(random) : drawLong(random);
}

/** Few tabs, few words and quick faults: most of the work of a long run is pings. */
function drawShort(random: Random): Scenario {
  const hops = random.pick([1, 2, 2, 3]);
  return {
    hops,
    layersPerHop: 1,
    holders: random.pick([1, 2, 2]),
    askers: random.pick([1, 1, 1, 2]),
    turns: random.pick([1, 1, 2]),
    promptTokens: random.pick([3, 20, 70]),
    answerTokens: random.pick([8, 12, 16]),
    temperature: random.pick([0, 0.8]),
    pace: { stepMs: random.between(5, 30), furtherRowMs: random.between(0.1, 2) },
    loadMs: [100, 800],
    oneWayMs: random.pick([
      [0.5, 5],
      [5, 60],
    ] as const),
    jitterMs: random.pick([0, 5, 30]),
    loss: random.pick([0, 0, 0.01]),
    faultGapMs: random.pick([250, 600]),
    churnMs: 2500,
    liars: random.pick([0, 0, 0.3]),
    faults: usualFaults,
    draft: drawDraft(random),
    sharedTokens: random.pick([0, 0, 45]),
  };
}

function drawLong(random: Random): Scenario {
  const hops = 1 + random.below(5);
  return {
    hops,
    layersPerHop: 1 + random.below(2),
    holders: random.pick([1, 2, 2, 3, 3]),
    askers: random.pick([1, 1, 1, 2, 3]),
    turns: random.pick([1, 1, 2, 3]),
    promptTokens: random.pick([3, 20, 70, 200]),
    answerTokens: random.pick([8, 24, 24, 48]),
    temperature: random.pick([0, 0.8]),
    pace: { stepMs: random.between(2, 40), furtherRowMs: random.between(0.1, 3) },
    loadMs: [500, random.pick([2000, 8000])],
    oneWayMs: random.pick([
      [0.5, 5],
      [5, 60],
      [40, 150],
    ] as const),
    jitterMs: random.pick([0, 5, 40]),
    loss: random.pick([0, 0, 0.002, 0.02]),
    faultGapMs: random.pick([600, 1500, 4000]),
    churnMs: 40_000,
    liars: random.pick([0, 0, 0.3]),
    faults: usualFaults,
    draft: drawDraft(random),
    sharedTokens: random.pick([0, 0, 45]),
  };
}

function drawDraft(random: Random): SimDraft | null {
  const percentWrong = random.pick([null, 0, 8, 8, 40]);
  return percentWrong === null ? null : { percentWrong, pace: { stepMs: random.between(0.5, 3), furtherRowMs: 0.1 } };
}
