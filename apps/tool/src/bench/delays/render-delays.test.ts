import { expect, test } from "vitest";
import type { DelayRow } from "./delay-row.ts";
import { renderDelays } from "./render-delays.ts";

const row = (oneWayMs: number, speculation: boolean, msOf: Readonly<Record<string, number>>): DelayRow => ({
  tabs: 2,
  path: { oneWayMs, loss: 0 },
  speculation,
  guesses: speculation ? { drafted: 40, accepted: 30 } : { drafted: 0, accepted: 0 },
  texts: Object.entries(msOf).map(([kind, decodeMs]) => ({ kind, tokens: 100, decodeMs, firstTokenMs: 300 })),
});
const facts = { promptTokens: 172, answerTokens: 128, kinds: ["story", "poem"] };
const cellsOf = (text: string): string[][] =>
  text
    .split("\n")
    .slice(2)
    .map((line) => line.split("|").map((cell) => cell.trim()));

test("TO7 a share of one's own speed without delay compares the same texts and the same way of decoding", () => {
  const text = renderDelays(
    [
      row(0, false, { story: 1000, poem: 3000 }),
      row(0, true, { story: 500, poem: 1500 }),
      row(20, false, { story: 2000 }),
      row(20, true, { story: 1000, poem: 1500 }),
    ],
    facts,
  );
  const [, , plain = [], speculative = []] = cellsOf(text);
  expect(plain.slice(1, 8)).toEqual(["20 ms", "2", "plain", "0.50", "0.46", "50.0", ""]);
  expect(speculative.slice(1, 8)).toEqual(["20 ms", "2", "speculative", "0.80", "0.63", "80.0", "75 % of 40"]);
});
