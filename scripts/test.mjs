/**
 * `npm test`: installs what is missing and runs every check; a failed one does not keep the others from running.
 * `npm test -- --only unit,browser` runs some steps; further words go to the test runners as file filters.
 * The last line counts tests: `N passed, N failed`. The exit code is not 0 when any step failed.
 */
import { findChromium } from "./chromium.mjs";
import { install } from "./install.mjs";
import { steps } from "./test-steps.mjs";

const parseArguments = (words) => {
  const at = words.indexOf("--only");
  const wanted = at === -1 ? steps.map((step) => step.name) : (words[at + 1] ?? "").split(",");
  const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Error(`--only takes ${steps.map((step) => step.name).join(", ")}; not "${unknown.join(", ")}".`);
  }
  const filters = at === -1 ? words : words.filter((_, index) => index !== at && index !== at + 1);
  return { wanted: steps.filter((step) => wanted.includes(step.name)), filters };
};

/** Runs one step; whatever it throws is its failure. */
const runStep = async (step, context, results) => {
  const missing = step.needs !== undefined && results.some((it) => it.name === step.needs && !it.ok);
  if (missing) return { ok: false, note: `not run: ${step.needs} failed` };
  if (step.browser === true && context.noBrowser !== undefined) return { ok: false, note: "not run: no Chromium" };
  try {
    return await step.run(context);
  } catch (error) {
    console.error(error.message);
    return { ok: false };
  }
};

/** Steps that run side by side. */
const grouped = (wanted) => {
  const groups = [];
  for (const step of wanted) {
    const before = groups.at(-1);
    if (step.beside !== undefined && before?.some((it) => it.name === step.beside)) before.push(step);
    else groups.push([step]);
  }
  return groups;
};

const printTable = (results) => {
  console.log("\nstep      result    time      tests");
  for (const { name, ok, durationMs, tests, note } of results) {
    const seconds = `${(durationMs / 1000).toFixed(1)} s`;
    const counts =
      tests === undefined ? "" : `${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`;
    console.log([name.padEnd(8), (ok ? "ok" : "FAILED").padEnd(8), seconds.padStart(8), note ?? counts].join("  "));
  }
};

const main = async () => {
  const { wanted, filters } = parseArguments(process.argv.slice(2));
  await install();
  const context = { env: {}, filters };
  if (wanted.some((step) => step.browser === true)) {
    try {
      context.env = { CHROMIUM_PATH: await findChromium() };
    } catch (error) {
      console.error(error.message);
      context.noBrowser = true;
    }
  }
  const results = [];
  for (const group of grouped(wanted)) {
    console.log(`\n== ${group.map((step) => step.name).join(" and ")}`);
    const startedMs = performance.now();
    const ended = group.map(async (step) => {
      const result = await runStep(step, context, results);
      return { name: step.name, ...result, durationMs: performance.now() - startedMs };
    });
    results.push(...(await Promise.all(ended)));
  }
  printTable(results);
  const sum = (key) => results.reduce((total, { tests }) => total + (tests?.[key] ?? 0), 0);
  const failedSteps = results.filter((it) => !it.ok).map((it) => it.name);
  console.log(failedSteps.length === 0 ? "\nAll steps passed." : `\nFailed steps: ${failedSteps.join(", ")}.`);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  return failedSteps.length === 0;
};

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
