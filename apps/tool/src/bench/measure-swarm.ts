import type { AnswerStats } from "@potluck/donor";
import type { Browser } from "@playwright/test";
import type { BackendName } from "../stage/index.ts";
import { budgetsFor } from "./budgets.ts";
import { median } from "./median.ts";
import { openSwarm } from "./open-swarm.ts";

export interface SwarmFigures {
  readonly tabs: number;
  readonly tokensPerSecond: number;
  /** By prompt length, in tokens. */
  readonly firstTokenMs: ReadonlyMap<number, number>;
  /** Of one lap, all hops together, in ms. */
  readonly lap: {
    readonly total: number;
    readonly compute: number;
    readonly readBack: number;
    readonly encode: number;
    readonly wait: number;
    /** What the hops did not spend: links, event loops, workers' messages. */
    readonly wire: number;
  };
}

export interface MeasureOptions {
  readonly browser: Browser;
  readonly tabs: number;
  readonly backend: BackendName;
  readonly modelId: string;
  readonly prompts: ReadonlyMap<number, string>;
  readonly repeats: number;
  readonly answerTokens: number;
}

/** One swarm with so many donors and an asker beside them, each in a browser context of its own. Plain decoding. */
export async function measureSwarm(options: MeasureOptions): Promise<SwarmFigures> {
  const { browser, backend, modelId, prompts, repeats, answerTokens } = options;
  const swarm = await openSwarm({ browser, backend, modelId, budgets: budgetsFor(options.tabs), speculation: false });
  try {
    const run = async (content: string, maxNewTokens: number): Promise<AnswerStats> =>
      (await swarm.ask({ messages: [{ role: "user", content }], maxNewTokens })).stats;
    // Links, shaders and code warm up.
    await run("Hello!", 4);
    const firstTokenMs = new Map<number, number>();
    for (const [tokens, content] of prompts) {
      const times: number[] = [];
      for (let i = 0; i < repeats; i++) times.push((await run(content, 1)).firstTokenMs);
      firstTokenMs.set(tokens, median(times));
    }
    const answers: AnswerStats[] = [];
    for (let i = 0; i < repeats; i++) answers.push(await run("Tell me a story about a brave fox.", answerTokens));
    const perLap = (pick: (stats: AnswerStats) => number): number =>
      median(answers.map((stats) => pick(stats) / 1000 / stats.laps.count));
    const total = perLap(({ laps }) => laps.totalUs);
    const compute = perLap(({ laps }) => laps.times.computeUs);
    const readBack = perLap(({ laps }) => laps.times.readBackUs);
    const encode = perLap(({ laps }) => laps.times.encodeUs);
    const wait = perLap(({ laps }) => laps.times.waitUs);
    return {
      tabs: answers[0]?.tabs ?? 0,
      tokensPerSecond: median(answers.map((stats) => stats.tokensPerSecond ?? 0)),
      firstTokenMs,
      lap: { total, compute, readBack, encode, wait, wire: total - compute - readBack - encode - wait },
    };
  } finally {
    await swarm.close();
  }
}
