/** `npm run bench`: speeds of real tabs on this machine, as ratios within one run, printed and kept in BENCHMARKS.md. */
import { Command, Option } from "commander";
import { chromium } from "@playwright/test";
import { measureSwarm, type SwarmFigures } from "./bench/measure-swarm.ts";
import { promptMaker } from "./bench/prompts.ts";
import { rawRoundTrips } from "./bench/raw-channel.ts";
import { keepReport } from "./bench/report.ts";
import { render } from "./bench/render.ts";
import { type BackendName, chromiumArgs } from "./stage/index.ts";

const promptTokens = [16, 128, 512];
const channelBytes = [64, 1024, 4600];
/** Budgets that place the demo model on one, two and three tabs, with room for a 512-token prompt. */
const budgetsMb = [[60], [14, 14], [14, 8, 8]];

const options = new Command("bench")
  .addOption(new Option("--backend <name>", "what the model runs on").choices(["wasm", "webgpu"]).default("wasm"))
  .option("--repeats <n>", "runs of each figure; the median counts", "3")
  .option("--answer-tokens <n>", "length of the measured answer", "64")
  .option("--no-keep", "print only, leave BENCHMARKS.md as it is")
  .parse()
  .opts<{ backend: BackendName; repeats: string; answerTokens: string; keep: boolean }>();

const executablePath = process.env["CHROMIUM_PATH"];
const browser = await chromium.launch({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: [...chromiumArgs],
});
try {
  const makePrompt = await promptMaker();
  const prompts = new Map(promptTokens.map((tokens) => [tokens, makePrompt(tokens)]));
  const results: SwarmFigures[] = [];
  for (const budgets of budgetsMb) {
    const common = { browser, budgetsMb: budgets, backend: options.backend, modelId: "swarm-demo-10m-q4", prompts };
    const figures = await measureSwarm({
      ...common,
      repeats: Number(options.repeats),
      answerTokens: Number(options.answerTokens),
    });
    results.push(figures);
    console.log(`${figures.tabs} tab${figures.tabs === 1 ? "" : "s"}: ${figures.tokensPerSecond.toFixed(1)} tokens/s`);
  }
  const raw = await rawRoundTrips(browser, channelBytes);
  const report = render(results, new Map(channelBytes.map((bytes, i) => [bytes, raw[i] ?? Number.NaN])));
  console.log(`\n${report}`);
  if (options.keep) await keepReport(report, { backend: options.backend, browser: browser.version() });
} finally {
  await browser.close();
}
