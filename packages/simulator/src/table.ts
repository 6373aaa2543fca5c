import type { Outcome } from "./asking/person.ts";
import type { ChurnResult } from "./churn/run-churn.ts";
import type { GoodputResult } from "./goodput/run-goodput.ts";

type Repair = NonNullable<Outcome["stats"]>["repairs"][number];

/** The value below which `share` of the sorted values lie; "–" when there are none. */
function percentile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return value === undefined ? "–" : `${Math.round(value)}`;
}

const percentiles = (values: readonly number[]): string =>
  [0.5, 0.95, 0.99].map((share) => percentile(values, share)).join(" / ");

const share = (part: number, whole: number): string => (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function repairsOf(outcomes: readonly Outcome[]): readonly Repair[] {
  return outcomes.flatMap(({ stats }) => stats?.repairs ?? []);
}

function repairRows(repairs: readonly Repair[]): readonly (readonly [string, string])[] {
  const ready = repairs.filter(({ waitedMs }) => waitedMs === 0);
  return [
    ["repairs", `${repairs.length}, ${repairs.length - ready.length} of them with a wait for a tab`],
    ["detect p50 / p95 / p99, ms", percentiles(repairs.map(({ detectMs }) => detectMs))],
    ["resume p50 / p95 / p99, ms, where a standby was there", percentiles(ready.map(({ resumeMs }) => resumeMs))],
    [
      "positions computed again, mean a repair",
      (sum(repairs.map((r) => r.recomputed)) / repairs.length || 0).toFixed(1),
    ],
  ];
}

function rows(lines: readonly (readonly string[])[]): string {
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** What became of many seeds, as a table. `failed` counts seeds in which something happened that must not. */
export function churnTable(results: readonly ChurnResult[], failed: number): string {
  const outcomes = results.flatMap((result) => result.outcomes);
  const begun = outcomes.filter((outcome) => outcome.begun);
  const answered = outcomes.filter(({ kind }) => kind === "answered");
  const broken = begun.filter(({ kind }) => kind === "failed");
  const late = outcomes.filter(({ kind, begun: had }) => kind === "failed" && !had);
  const problems = new Map<string, number>();
  for (const { problem, begun: had } of [...broken, ...late]) {
    const name = `${problem ?? "?"} ${had ? "in the midst" : "at the start"}`;
    problems.set(name, (problems.get(name) ?? 0) + 1);
  }
  return rows([
    ["over all seeds", ""],
    ["---", "---"],
    ["seeds", `${results.length + failed}, ${failed} failed`],
    ["faults", `${sum(results.map(({ faults }) => faults.length))}`],
    ["answers", `${answered.length}, and ${late.length} questions that could not begin and were asked again`],
    ["completed, of those that began", share(answered.length, answered.length + broken.length)],
    ["tokens compared with the oracle's", `${sum(outcomes.map(({ tokens }) => tokens))}`],
    ["seeds without a wrong token", share(results.length, results.length + failed)],
    ...repairRows(repairsOf(outcomes)),
    ["problems shown", [...problems].map(([problem, count]) => `${count} × ${problem}`).join(", ") || "none"],
  ]);
}

export interface GoodputRow {
  readonly failuresPerStep: number;
  readonly results: readonly GoodputResult[];
}

/** Goodput of each rate as a share of the first row's, which is that of no failures. */
export function goodputTable(all: readonly GoodputRow[]): string {
  const perToken = ({ results }: GoodputRow): number =>
    sum(results.map(({ outcome }) => outcome.tookMs)) /
    sum(results.map(({ outcome }) => (outcome.kind === "answered" ? outcome.tokens : 0)));
  const [free] = all;
  return rows([
    [
      "failures a step",
      "answers",
      "completed",
      "failures",
      "ms a token",
      "goodput",
      "detect p50 / p95 / p99, ms",
      "resume, ms",
      "waits",
      "computed again, an answer",
    ],
    Array.from({ length: 10 }, () => "---"),
    ...all.map((row) => {
      const outcomes = row.results.map(({ outcome }) => outcome);
      const repairs = repairsOf(outcomes);
      return [
        `${row.failuresPerStep}`,
        `${outcomes.length}`,
        share(outcomes.filter(({ kind }) => kind === "answered").length, outcomes.length),
        `${sum(row.results.map(({ failures }) => failures))}`,
        perToken(row).toFixed(1),
        free === undefined ? "–" : share(perToken(free), perToken(row)),
        percentiles(repairs.map(({ detectMs }) => detectMs)),
        percentiles(repairs.map(({ resumeMs }) => resumeMs)),
        `${repairs.filter(({ waitedMs }) => waitedMs > 0).length}`,
        `${Math.round(sum(repairs.map(({ recomputed }) => recomputed)) / outcomes.length)}`,
      ];
    }),
  ]);
}
