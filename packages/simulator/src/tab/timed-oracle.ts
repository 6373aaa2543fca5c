import type { RunJob, ShardRunner } from "@potluck/engine";
import { EngineError } from "@potluck/engine";
import { createOracleRunner, type OracleRunner } from "@potluck/pipeline/testing";
import type { LayerRange } from "@potluck/protocol";
import type { TabClock } from "../clock/tab-clock.ts";

/** How long a device takes for a run. */
export interface Pace {
  /** One position through the shard, in ms. */
  readonly stepMs: number;
  /** Each further position of the same run, in ms. */
  readonly furtherRowMs: number;
}

export interface TimedOracleOptions {
  readonly layerCount: number;
  readonly kvTokens: number;
  readonly clock: TabClock;
  /** Asked before each run, so that a device may become slow. */
  readonly pace: () => Pace;
  /** Called before each run of `rows` positions; may make the tab die in it. */
  readonly onRun: (rows: number) => void;
  /** Of a hundred tokens it draws so many otherwise than the model: a draft. */
  readonly percentWrong?: number;
  /** Something that a correct pipeline never asks of a shard. */
  readonly onMisuse: (what: string) => void;
}

export interface TimedOracle extends ShardRunner {
  readonly openSessions: OracleRunner["openSessions"];
  /** Positions computed since it was opened. */
  readonly positions: number;
  lose(error: EngineError): void;
}

/**
 * The oracle of the pipeline's tests on a device that takes its time. A run at a position that the shard does not stand at
 * would be a lost or doubled row, and KV beyond what was granted would be somebody else's memory: both are reported.
 */
export function createTimedOracle(range: LayerRange, options: TimedOracleOptions): TimedOracle {
  const { clock, layerCount, kvTokens } = options;
  /** Rows of the runs that wait, in the order in which they will run. */
  const waiting: number[] = [];
  let positions = 0;
  const pause = (): Promise<void> => {
    const rows = waiting.shift() ?? 1;
    options.onRun(rows);
    const { stepMs, furtherRowMs } = options.pace();
    positions += rows;
    return new Promise((resolve) => clock.after(stepMs + (rows - 1) * furtherRowMs, resolve));
  };
  const { percentWrong = 0 } = options;
  // Always wrong at the same positions (Knuth's multiplicative hash), so that a run follows from its seed.
  const errs = (position: number): boolean => (Math.imul(position + 1, 2_654_435_761) >>> 0) % 100 < percentWrong;
  const oracle = createOracleRunner(range, { layerCount, kvTokens, pause, errs });

  const watched = async <T>(what: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof EngineError && error.fault !== "closed" && error.fault !== "device-lost") {
        options.onMisuse(`${what}: ${error.fault}: ${error.message}`);
      }
      throw error;
    }
  };

  return {
    range,
    hasEmbedding: oracle.hasEmbedding,
    hasHead: oracle.hasHead,
    hiddenSize: oracle.hiddenSize,
    gone: oracle.gone,
    openSessions: oracle.openSessions,
    get positions() {
      return positions;
    },
    lose: (error) => oracle.lose(error),
    openSession: (session, contextTokens) => watched("open", oracle.openSession(session, contextTokens)),
    async run(job: RunJob) {
      // Each further token that it draws is a run of its own.
      const rows = (job.input.kind === "tokens" ? job.input.ids.length : job.input.count) + drawnAfter(job);
      waiting.push(rows);
      const { stepMs, furtherRowMs } = options.pace();
      const result = await watched("run", oracle.run(job));
      return { ...result, times: { ...result.times, computeUs: (stepMs + (rows - 1) * furtherRowMs) * 1000 } };
    },
    copyPositions: (from, to, length) => watched("copy", oracle.copyPositions(from, to, length)),
    truncate: (session, length) => watched("truncate", oracle.truncate(session, length)),
    closeSession: (session) => oracle.closeSession(session),
    close: () => oracle.close(),
  };
}

function drawnAfter({ draw }: RunJob): number {
  return draw?.more ?? 0;
}
