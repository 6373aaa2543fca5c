import { table } from "../bench/table.ts";
import { type Diary, faultKinds, type Loss, losses } from "./diary.ts";
import { percentile } from "./percentile.ts";

const share = (part: number, of: number): string => (of === 0 ? "–" : `${((100 * part) / of).toFixed(1)} %`);
const spread = (values: readonly number[]): string =>
  values.length === 0
    ? "–"
    : [0.5, 0.95, 0.99].map((part) => (percentile(values, part) / 1000).toFixed(2)).join(" / ") + " s";
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The figures of a soak as Markdown tables. */
export function render(diary: Diary, minutes: number): string {
  const { faults, answers } = diary;
  const all = losses(diary);
  const done = answers.filter(({ problem }) => problem === null);
  const answered = table([
    ["answers", ""],
    ["begun", String(answers.length)],
    ["completed", `${done.length} (${share(done.length, answers.length)})`],
    ["identical to the undisturbed ones", share(done.filter(({ identical }) => identical).length, done.length)],
    ["of those completed, lost at least one hop", String(done.filter(({ repairs }) => repairs.length > 0).length)],
    ["tokens", String(sum(done.map(({ tokens }) => tokens)))],
    ["context at the end, p50 / p95", contexts(done.map(({ promptTokens, tokens }) => promptTokens + tokens))],
    [
      "positions computed again",
      String(sum(done.flatMap(({ repairs }) => repairs.map((repair) => repair.recomputed)))),
    ],
    ["waited for a new donor", String(all.filter(({ waitedMs }) => waitedMs > 0).length)],
  ]);
  const row = (name: string, count: number, of: readonly Loss[], ghosts: readonly number[]): string[] => [
    name,
    String(count),
    String(of.length),
    spread(of.map(({ noticedMs }) => noticedMs)),
    spread(of.map(({ resumeMs }) => resumeMs)),
    spread(of.filter(({ waitedMs }) => waitedMs === 0).map(({ resumeMs }) => resumeMs)),
    spread(ghosts),
  ];
  const ghostsOf = (these: typeof faults): number[] => these.flatMap(({ ghostMs }) => ghostMs ?? []);
  const byKind = table([
    [
      "fault",
      "all",
      "on a hop in mid-answer",
      "noticed p50 / p95 / p99",
      "resumed p50 / p95 / p99",
      "resumed, a standby there",
      "forgotten by the coordinator",
    ],
    ...faultKinds.map((kind) => {
      const these = faults.filter((fault) => fault.kind === kind);
      const lost = all.filter((loss) => loss.kind === kind);
      return row(kind, these.length, lost, ghostsOf(these));
    }),
    row("all", faults.length, all, ghostsOf(faults)),
  ]);
  const problems = [...new Set(answers.flatMap(({ problem }) => problem ?? []))];
  return [
    `${minutes} minutes, answers one after the other. *Noticed* counts from the fault itself until the asker's page knows; *resumed* from then until the next token.`,
    "",
    answered,
    "",
    byKind,
    ...(problems.length === 0 ? [] : ["", "Answers that failed:", ...problems.map((problem) => `* ${problem}`)]),
  ].join("\n");
}

const contexts = (values: readonly number[]): string =>
  values.length === 0 ? "–" : `${percentile(values, 0.5)} / ${percentile(values, 0.95)} tokens`;
