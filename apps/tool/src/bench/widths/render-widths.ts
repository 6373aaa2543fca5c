import { table } from "../table.ts";

export interface WidthRow {
  readonly backend: string;
  readonly part: string;
  /** By rows of a run. */
  readonly medianMs: ReadonlyMap<number, number>;
}

export function renderWidths(rows: readonly WidthRow[], widths: readonly number[]): string {
  const figures = table([
    [
      "a run's cost ÷ that of 1 row",
      "model",
      ...widths.map((width) => `${width} row${width === 1 ? "" : "s"}`),
      "1 row",
    ],
    ...rows.map(({ backend, part, medianMs }) => {
      const one = medianMs.get(1) ?? Number.NaN;
      const ratios = widths.map((width) => `${((medianMs.get(width) ?? Number.NaN) / one).toFixed(2)} ×`);
      return [backend, part, ...ratios, `${one.toFixed(1)} ms`];
    }),
  ]);
  return `${figures}

One engine worker as donors have it, timed from the page; runs of all widths in turns, medians. The whole model draws a token from each row, as in verifying guesses; the half gives hidden states.`;
}
