import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { bin, runCommand } from "./run-command.mjs";

/** What a step reports. `tests`: counts of actual tests, absent where it runs none or did not get so far. */
const checkWith =
  (command, ...args) =>
  async () => ({ ok: (await runCommand(bin(command), args)).ok });

const withReport = async (run, read) => {
  const folder = mkdtempSync(join(tmpdir(), "potluck-report-"));
  const file = join(folder, "report.json");
  try {
    const { ok } = await run(file);
    try {
      return { ok, tests: read(JSON.parse(readFileSync(file, "utf8"))) };
    } catch {
      // No report: the runner itself broke, and its output says why.
      return { ok: false };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const vitest = (project, quiet) => (context) =>
  withReport(
    async (file) => {
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
      const args = ["run", "--project", project, ...reporters, ...context.filters];
      const result = await runCommand(bin("vitest"), args, { env: context.env, quiet, timeoutMs: 60 * 60_000 });
      if (quiet) console.log(result.output);
      return result;
    },
    (report) => ({
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    }),
  );

const playwright = (context) =>
  withReport(
    (file) =>
      runCommand(bin("playwright"), ["test", "--reporter=list,json", ...context.filters], {
        env: { ...context.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
        timeoutMs: 60 * 60_000,
      }),
    ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }),
  );

const buildStep = async () => {
  await build();
  return { ok: true };
};

/**
 * In the order they run: cheap ones first. `needs`: steps without which this one can't say anything. `beside`: runs while that
 * step does; its output comes when it is done.
 */
export const steps = [
  { name: "format", run: checkWith("oxfmt", "--check") },
  { name: "lint", run: checkWith("oxlint", "--type-aware", "--deny-warnings") },
  { name: "types", run: checkWith("tsc", "-b") },
  { name: "knip", run: checkWith("knip", "--no-config-hints") },
  { name: "build", run: buildStep },
  { name: "unit", run: vitest("node", false) },
  // A page's tests wait more than they compute.
  { name: "browser", run: vitest("web", true), browser: true, beside: "unit" },
  { name: "e2e", run: playwright, browser: true, needs: "build" },
];
