/**
 * `npm run soak`: real tabs under a random schedule of faults, answers running all the time, each compared with the
 * undisturbed one. Prints figures for BENCHMARKS.md. Build first. The same `--seed` gives the same schedule, but what it hits
 * depends on the machine's speed.
 */
import { chromium } from "@playwright/test";
import { Command } from "commander";
import { rm } from "node:fs/promises";
import { arch, cpus, platform } from "node:os";
import { answerOn } from "./soak/answers.ts";
import type { Diary } from "./soak/diary.ts";
import { seededRandom } from "./soak/random.ts";
import { render } from "./soak/render.ts";
import { type Current, unrest } from "./soak/unrest.ts";
import { openWholeModel, type Question } from "./soak/whole-model.ts";
import { chromiumArgs, createCrew, openPage, startCoordinator } from "./stage/index.ts";

const modelId = "swarm-demo-10m-q4";
/** A third of the demo model each. */
const budgetMb = 9;
const longestContextTokens = 512;
const questionCount = 12;
const heroes = ["fox", "lantern", "monkey", "teacher", "boat", "dragon", "baker", "cat"];
const shortestAnswerTokens = 24;

const options = new Command("soak")
  .option("--minutes <n>", "how long", "30")
  .option("--tabs <n>", "donors", "8")
  .option("--every <seconds>", "between two faults, on average", "10")
  .option("--seed <n>", "of the schedule and the questions", "1")
  .parse()
  .opts<{ minutes: string; tabs: string; every: string; seed: string }>();

const startedAt = Date.now();
const log = (line: string): void =>
  console.log(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${line}`);

const random = seededRandom(Number(options.seed));
log(`answering ${questionCount} questions undisturbed, in this process`);
const whole = await openWholeModel(modelId);
const questions: Question[] = [];
while (questions.length < questionCount) {
  const [one, other] = [random.pick(heroes), random.pick(heroes)];
  // Some sixteen tokens a time.
  const content = `Tell me a long story about a ${one} and a ${other}. `.repeat(random.between(12, 25));
  const question: Question = {
    content,
    maxNewTokens: Math.min(128, longestContextTokens - whole.promptTokens(content) - 1),
    temperature: questions.length % 2 === 0 ? 0 : 0.8,
    seed: random.between(0, 1_000_000),
  };
  // Computed now, so that answers follow each other without a pause; one of few tokens is over before anything can happen.
  if ((await whole.answer(question)).length >= shortestAnswerTokens) questions.push(question);
}
const coordinator = await startCoordinator();
const crew = createCrew({ url: coordinator.url, budgetMb, browser: "own" });
const executablePath = process.env["CHROMIUM_PATH"];
const browser = await chromium.launch({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: [...chromiumArgs],
  // An interrupted soak still reports.
  handleSIGINT: false,
});
const diary: Diary = { faults: [], answers: [] };
try {
  while (crew.members.length < Number(options.tabs)) await crew.enlist();
  log(`${crew.members.length} donors: ${crew.members.map(({ from, to }) => `${from}–${to - 1}`).join(", ")}`);
  const { page } = await openPage(browser, coordinator.url, "/");
  const stop = new AbortController();
  const stopAfterMs = Number(options.minutes) * 60_000;
  const timer = setTimeout(() => stop.abort(), stopAfterMs);
  process.once("SIGINT", () => stop.abort());
  let current: Current | null = null;
  await Promise.all([
    answerOn(
      { page, modelId, whole, questions, random, diary, log, onAnswer: (next) => (current = next) },
      stop.signal,
    ),
    unrest(
      {
        crew,
        // Its own, so that the schedule does not depend on how many answers are asked for.
        random: seededRandom(Number(options.seed) + 1),
        diary,
        everyMs: Number(options.every) * 1000,
        url: coordinator.url,
        current: () => current,
        log,
      },
      stop.signal,
    ),
  ]);
  clearTimeout(timer);
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${platform()} ${arch()}, Chromium ${browser.version()}, backend wasm`;
  console.log(`\n## Soak, ${new Date().toISOString().slice(0, 10)}\n\n${machine}\n`);
  console.log(`${options.tabs} donors, a fault every ${options.every} s on average, seed ${options.seed}.`);
  console.log(render(diary, Number(options.minutes)));
} finally {
  await crew.close();
  await browser.close();
  await coordinator.stop();
  await whole.close();
  await rm(coordinator.dataDir, { recursive: true, force: true });
}
