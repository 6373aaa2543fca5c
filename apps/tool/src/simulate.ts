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
import { Command, InvalidArgumentError, Option } from "commander";

const atLeast =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) throw new InvalidArgumentError(`Give a whole number from ${least}.`);
    return value;
  };
const rates = (text: string): readonly number[] => {
  const values = text.split(",").map(Number);
  if (values.some((value) => !(value >= 0 && value < 1) || text.includes(",,"))) {
    throw new InvalidArgumentError("Give probabilities from 0 to less than 1, separated by commas, such as 0,1e-3.");
  }
  return values;
};

const options = new Command("simulate")
  .description("Without --failures: random churn, one world a seed. With it: goodput of long answers.")
  .option("--seeds <n>", "how many worlds", atLeast(1), 100)
  .option("--from <seed>", "the first seed", atLeast(0), 1)
  .addOption(new Option("--size <size>", "of a world of random churn").choices(["short", "long"]).default("long"))
  .option("--failures <rates>", "probabilities that a tab dies in a step of its hop, such as 0,1e-4,1e-3,1e-2", rates)
  .addOption(new Option("--death <how>", "how tabs die").choices(["kill", "unplug", "close"]).default("kill"))
  .option("--holders <n>", "tabs a segment: one works, the others stand by", atLeast(1), 3)
  .option("--hops <n>", "hops of the route", atLeast(1), 4)
  .option("--answer-tokens <n>", "length of an answer", atLeast(1), 1024)
  .option("--step-ms <ms>", "one position through one hop", atLeast(1), 15)
  .parse()
  .opts<{
    seeds: number;
    from: number;
    size: "short" | "long";
    failures?: readonly number[];
    death: "kill" | "unplug" | "close";
    holders: number;
    hops: number;
    answerTokens: number;
    stepMs: number;
  }>();

const seeds = Array.from({ length: options.seeds }, (_, i) => options.from + i);

if (options.failures === undefined) await churn();
else await goodput(options.failures);

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
      const { hops } = options;
      const pace = { ...usualGoodput.pace, stepMs: options.stepMs };
      const { death } = options;
      const shape = { hops, holders: options.holders, answerTokens: options.answerTokens, pace, death };
      results.push(await runGoodput({ ...usualGoodput, ...shape, seed, failuresPerStep }));
    }
    rows.push({ failuresPerStep, results });
  }
  console.log(goodputTable(rows));
}
