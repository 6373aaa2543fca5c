import type { Browser } from "@playwright/test";
import { cpus } from "node:os";
import type { BackendName, StageAnswer } from "../stage/index.ts";
import { budgetsFor } from "./budgets.ts";
import { type CrowdRow, renderCrowd } from "./crowd/render-crowd.ts";
import { cpuShares, engineShare } from "./crowd/shares.ts";
import { spanTogether, totalSpeed } from "./crowd/total-speed.ts";
import { type CpuWatch, watchCpu } from "./crowd/watch-cpu.ts";
import { watchEngines } from "./crowd/watch-engines.ts";
import { median } from "./median.ts";
import { openSwarm, type Swarm } from "./open-swarm.ts";

export interface CrowdOptions {
  readonly browser: Browser;
  readonly backend: BackendName;
  readonly tabs: readonly number[];
  readonly chats: readonly number[];
  readonly repeats: number;
  readonly progress: (line: string) => void;
}

/** Long enough that all chats answer at once for most of the time, and an answer that does not end by itself. */
const answerTokens = 48;
const messages = [{ role: "user", content: "Count from 1 to 40." }] as const;

/** A Markdown table: many chats at once over one, two and three tabs. */
export async function measureCrowd(options: CrowdOptions): Promise<string> {
  const { browser, backend, chats, repeats, progress } = options;
  const rows: CrowdRow[] = [];
  for (const tabs of options.tabs) {
    const common = { browser, backend, modelId: "swarm-demo-10m-q4" };
    // Room for the KV of all chats.
    const budgets = budgetsFor(tabs);
    const swarm = await openSwarm({ ...common, budgets, askers: Math.max(...chats), speculation: false });
    try {
      for (let i = 0; i < Math.max(...chats); i++) await swarm.ask({ messages, maxNewTokens: 4, asker: i });
      // The runtime's hot functions are compiled anew, in the background, while the first answers run.
      await swarm.ask({ messages, maxNewTokens: answerTokens });
      const pages = swarm.donors.map(({ page }) => page);
      const watches: Watches = { cpu: await watchCpu(browser, pages), takeRuns: await watchEngines(pages) };
      const rounds = new Map(chats.map((count) => [count, [] as Round[]]));
      for (let round = 0; round < repeats; round++) {
        for (const count of chats) rounds.get(count)?.push(await together(swarm, count, watches));
        progress(`${tabs} stage${tabs === 1 ? "" : "s"}: round ${round + 1} of ${repeats}`);
      }
      for (const [count, values] of rounds) {
        const speed = median(values.map(({ tokensPerSecond }) => tokensPerSecond));
        const middle = values.find(({ tokensPerSecond }) => tokensPerSecond === speed);
        rows.push({ tabs, chats: count, tokensPerSecond: speed, profile: middle?.profile ?? null });
      }
    } finally {
      await swarm.close();
    }
  }
  return renderCrowd(rows, { answerTokens, repeats, cores: cpus().length });
}

interface Watches {
  readonly cpu: CpuWatch | null;
  readonly takeRuns: Awaited<ReturnType<typeof watchEngines>>;
}

type Round = Pick<CrowdRow, "tokensPerSecond" | "profile">;

/** Tokens/s of all chats together, and where the time went. */
async function together(swarm: Swarm, chats: number, { cpu, takeRuns }: Watches): Promise<Round> {
  await takeRuns();
  const stop = await cpu?.start();
  const answers = Array.from({ length: chats }, (_, asker): Promise<StageAnswer> => {
    return swarm.ask({ messages, maxNewTokens: answerTokens, asker });
  });
  const times = await Promise.all(answers).then(
    (all) => all.map((answer) => answer.times),
    async (error: unknown) => {
      await stop?.();
      throw error;
    },
  );
  const samples = (await stop?.()) ?? [];
  const span = spanTogether(times);
  if (span === null) return { tokensPerSecond: Number.NaN, profile: null };
  const engines = (await takeRuns()).map((runs) => engineShare(runs, span));
  return { tokensPerSecond: totalSpeed(times, span), profile: { cpu: cpuShares(samples, span), engines } };
}
