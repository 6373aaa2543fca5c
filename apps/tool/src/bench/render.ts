import type { SwarmFigures } from "./measure-swarm.ts";
import { table } from "./table.ts";

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const ratio = (value: number): string => `${value.toFixed(2)} ×`;

/** The figures of one run as Markdown tables, ratios first. `raw`: round trips in ms by message size in bytes. */
export function render(results: readonly SwarmFigures[], raw: ReadonlyMap<number, number>): string {
  const alone = results[0];
  if (alone === undefined) return "nothing was measured";
  const prompts = [...alone.firstTokenMs.keys()];
  const firstToken = (figures: SwarmFigures, tokens: number): number => figures.firstTokenMs.get(tokens) ?? Number.NaN;
  const speed = table([
    ["tabs", "speed ÷ one tab's", "tokens/s", ...prompts.map((n) => `first token, ${n}-token prompt (÷ one tab's)`)],
    ...results.map((figures) => [
      String(figures.tabs),
      ratio(figures.tokensPerSecond / alone.tokensPerSecond),
      figures.tokensPerSecond.toFixed(1),
      ...prompts.map((n) => `${ms(firstToken(figures, n))} (${ratio(firstToken(figures, n) / firstToken(alone, n))})`),
    ]),
  ]);
  const split = table([
    ["one hop of one lap", "compute", "read-back", "encode", "wire", "wait", "all"],
    ...results.map(({ tabs, lap }) => [
      `${tabs} tab${tabs === 1 ? "" : "s"}`,
      ...[lap.compute, lap.readBack, lap.encode, lap.wire, lap.wait, lap.total].map((value) => ms(value / tabs)),
    ]),
  ]);
  const channel = table([
    ["bare data channel, round trip", ...[...raw.keys()].map((bytes) => `${bytes} bytes`)],
    ["median of 100", ...[...raw.values()].map(ms)],
  ]);
  return [
    speed,
    "",
    split,
    "",
    "*wire* is what a lap took beyond its hops' own work: data channels, event loops, messages to and from workers.",
    "",
    channel,
  ].join("\n");
}
