/** `npm run simulate`: whole tabs on a virtual clock and network, from seeds; prints what became of their answers. */
import {
  type ChurnResult,
  churnTable,
  type GoodputResult,
  type GoodputRow,
  goodputTable,
  runChurn,
  runGoodput,
  SeedFailed,
  usualGoodput,
} from "@potluck/simulator";
import { Command, Option } from "commander";

const options = new Command("simulate")
  .description("Without --failures: random churn, one world a seed. With it: goodput of long answers.")
  .option("--seeds <n>", "how many worlds", "100")
  .option("--from <seed>", "the first seed", "1")
  .addOption(new Option("--size <size>", "of a world of random churn").choices(["short", "long"]).default("long"))
  .option("--failures <rates>", "probabilities that a tab dies in a step of its hop, such as 0,1e-4,1e-3,1e-2")
  .addOption(new Option("--death <how>", "how tabs die").choices(["kill", "unplug", "close"]).default("kill"))
  .option("--holders <n>", "tabs a segment: one works, the others stand by", "3")
  .option("--hops <n>", "hops of the route", "4")
  .option("--answer-tokens <n>", "length of an answer", "1024")
  .option("--step-ms <ms>", "one position through one hop", "15")
  .parse()
  .opts<{
    seeds: string;
    from: string;
    size: "short" | "long";
    failures?: string;
    death: "kill" | "unplug" | "close";
    holders: string;
    hops: string;
    answerTokens: string;
    stepMs: string;
  }>();

const from = Number(options.from);
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => from + i);

if (options.failures === undefined) await churn();
else await goodput(options.failures.split(",").map(Number));

async function churn(): Promise<void> {
  const results: ChurnResult[] = [];
  let failed = 0;
  for (const seed of seeds) {
    try {
      results.push(await runChurn(seed, options.size));
    } catch (error) {
      if (!(error instanceof SeedFailed)) throw error;
      failed += 1;
      process.exitCode = 1;
      console.error(error.message);
    }
  }
  console.log(churnTable(results, failed));
}

async function goodput(rates: readonly number[]): Promise<void> {
  const rows: GoodputRow[] = [];
  // Shares are of what the same worlds do without failures.
  for (const failuresPerStep of new Set([0, ...rates])) {
    const results: GoodputResult[] = [];
    for (const seed of seeds) {
      const hops = Number(options.hops);
      const pace = { ...usualGoodput.pace, stepMs: Number(options.stepMs) };
      const { death } = options;
      const shape = { hops, holders: Number(options.holders), answerTokens: Number(options.answerTokens), pace, death };
      results.push(await runGoodput({ ...usualGoodput, ...shape, seed, failuresPerStep }));
    }
    rows.push({ failuresPerStep, results });
  }
  console.log(goodputTable(rows));
}
