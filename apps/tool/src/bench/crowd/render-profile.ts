import { table } from "../table.ts";
import type { EngineShare } from "./shares.ts";

/** Where the time went while all chats answered. CPU as seconds per second of wall clock: 1 is a whole core. */
export interface CrowdProfile {
  /** By kind of process; see `watchCpu`. Empty where there is no /proc. */
  readonly cpu: ReadonlyMap<string, number>;
  /** Of each stage. */
  readonly engines: readonly EngineShare[];
}

export interface ProfiledRow {
  readonly tabs: number;
  readonly chats: number;
  /** All chats together. */
  readonly tokensPerSecond: number;
  readonly profile: CrowdProfile | null;
}

/** Kinds of processes that are no stage's. */
const others = ["askers", "browser", "network", "GPU", "other"];

/** A Markdown table: what bounds a crowd. Rows without a profile are left out. */
export function renderProfile(rows: readonly ProfiledRow[], cores: number): string {
  const figures = table([
    [
      "stages",
      "chats",
      "engines inside a run",
      "ms a run",
      "rows a run",
      "CPU: engines",
      "their pages' threads",
      "rest of their processes",
      "askers",
      "browser",
      "network service",
      "GPU",
      "not of the browser",
      `all, of ${cores}`,
      "CPU ms a token",
    ],
    ...rows.flatMap(({ profile, ...row }) => (profile === null ? [] : [cellsOf(row, profile)])),
  ]);
  return `${figures}

Where the time went meanwhile. CPU: seconds per second of wall clock, from /proc; *engines* are the workers' threads alone, *rest* is mostly threads of WebRTC and of the runtime's compiler, *not of the browser* is all else on the machine, the bench and the coordinator with it. *Inside a run* counts wall clock, so also what a run waits for a core. *CPU ms a token* is of the browser alone: ${cores} cores carry no more than ${cores * 1000} ÷ that tokens/s.`;
}

function cellsOf(
  { tabs, chats, tokensPerSecond }: Omit<ProfiledRow, "profile">,
  { cpu, engines }: CrowdProfile,
): string[] {
  const stages = Array.from({ length: tabs }, (_, i) => i);
  const of = (name: string): number => cpu.get(name) ?? Number.NaN;
  const sum = (name: string): number => stages.reduce((all, i) => all + of(`${name} ${i + 1}`), 0);
  const each = (value: (stage: number) => string): string => stages.map(value).join(", ");
  const inside = others.reduce((all, name) => all + (cpu.get(name) ?? 0), sum("stage"));
  return [
    String(tabs),
    String(chats),
    each((i) => text(100 * (engines[i]?.busy ?? Number.NaN), 0, " %")),
    each((i) => text(engines[i]?.runMs ?? Number.NaN, 1)),
    each((i) => text(engines[i]?.rowsPerRun ?? Number.NaN)),
    each((i) => text(of(`engine ${i + 1}`))),
    each((i) => text(of(`page ${i + 1}`))),
    text(sum("stage") - sum("engine") - sum("page")),
    ...["askers", "browser", "network", "GPU"].map((name) => text(of(name))),
    text(of("machine") - inside),
    text(of("machine")),
    text((inside * 1000) / tokensPerSecond, 1),
  ];
}

function text(value: number, digits = 2, unit = ""): string {
  return Number.isNaN(value) ? "–" : `${value.toFixed(digits)}${unit}`;
}
