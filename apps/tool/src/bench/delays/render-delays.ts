import { median } from "../median.ts";
import { table } from "../table.ts";
import { type DelayRow, label, speedOf } from "./delay-row.ts";

/** What Pooled publishes for 2 tabs at 20 ms one way: share of its own speed without delay. */
const pooled = { plain: 0.46, speculative: 0.63 } as const;

export function renderDelays(
  rows: readonly DelayRow[],
  facts: { readonly promptTokens: number; readonly answerTokens: number; readonly kinds: readonly string[] },
): string {
  const share = (row: DelayRow): number => {
    const own = rows.find(
      ({ tabs, speculation, path }) =>
        tabs === row.tabs && speculation === row.speculation && path.oneWayMs === 0 && path.loss === 0,
    );
    if (own === undefined) return Number.NaN;
    const kinds = new Set(row.texts.map(({ kind }) => kind));
    return speedOf(row) / speedOf(own, kinds);
  };
  const kept = ({ guesses: { drafted, accepted } }: DelayRow): string =>
    drafted === 0 ? "" : `${((100 * accepted) / drafted).toFixed(0)} % of ${drafted}`;
  const theirs = ({ tabs, path, speculation }: DelayRow): string => {
    if (tabs !== 2 || path.oneWayMs !== 20 || path.loss > 0) return "";
    return (speculation ? pooled.speculative : pooled.plain).toFixed(2);
  };
  const figures = table([
    [
      "one way",
      "tabs",
      "decoding",
      "share of own speed at 0 ms",
      "Pooled's",
      "tokens/s",
      "guesses kept",
      "first token",
      "texts",
    ],
    ...rows.map((row) => [
      label(row.path),
      String(row.tabs),
      row.speculation ? "speculative" : "plain",
      share(row).toFixed(2),
      theirs(row),
      speedOf(row).toFixed(1),
      kept(row),
      `${median(row.texts.map(({ firstTokenMs }) => firstTokenMs)).toFixed(0)} ms`,
      String(row.texts.length),
    ]),
  ]);
  return `${figures}

Every packet between any two tabs, the asker's included, goes through a UDP proxy, at 0 ms too. Text mix: ${facts.kinds.join(", ")}, each after the same chat, ${facts.promptTokens}-token prompts, answers of up to ${facts.answerTokens} tokens, greedy. Speed: tokens after the first of all texts over the time that they took; a share compares the same texts.`;
}
