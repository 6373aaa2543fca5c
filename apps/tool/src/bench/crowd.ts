import type { Browser } from "@playwright/test";
import { cpus } from "node:os";
import type { BackendName, StageAnswer } from "../stage/index.ts";
import { budgetsFor } from "./budgets.ts";
import { type CrowdRow, renderCrowd } from "./crowd/render-crowd.ts";
import { totalSpeed } from "./crowd/total-speed.ts";
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
      const speeds = new Map(chats.map((count) => [count, [] as number[]]));
      for (let round = 0; round < repeats; round++) {
        for (const count of chats) speeds.get(count)?.push(await together(swarm, count));
        progress(`${tabs} stage${tabs === 1 ? "" : "s"}: round ${round + 1} of ${repeats}`);
      }
      for (const [count, values] of speeds) rows.push({ tabs, chats: count, tokensPerSecond: median(values) });
    } finally {
      await swarm.close();
    }
  }
  return renderCrowd(rows, { answerTokens, repeats, cores: cpus().length });
}

/** Tokens/s of all chats together. */
async function together(swarm: Swarm, chats: number): Promise<number> {
  const answers = Array.from({ length: chats }, (_, asker): Promise<StageAnswer> => {
    return swarm.ask({ messages, maxNewTokens: answerTokens, asker });
  });
  return totalSpeed((await Promise.all(answers)).map(({ times }) => times));
}
