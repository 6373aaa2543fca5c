import { expect, test } from "vitest";
import { renderCrowd } from "./crowd/render-crowd.ts";
import { renderPeers } from "./peers/render-peers.ts";
import { table } from "./table.ts";
import { renderWidths } from "./widths/render-widths.ts";

test("TO7 a table's columns line up, the first to the left, the others to the right", () => {
  expect(
    table([
      ["name", "ms"],
      ["a", "1234.5"],
    ]),
  ).toBe("| name |     ms |\n| ---- | -----: |\n| a    | 1234.5 |");
});

test("TO7 everything beside a peer is told as a ratio first, the peer itself as 1", () => {
  const rows = [
    { name: "peer", tabs: 1, speculation: null, tokensPerSecond: 20, firstTokenMs: 400 },
    { name: "Potluck", tabs: 2, speculation: true, tokensPerSecond: 30, firstTokenMs: 300 },
  ];
  const facts = { backend: "wasm", dtype: "q4", threads: 1, promptTokens: 172, answerTokens: 128, repeats: 3 };
  const lines = renderPeers(rows, facts).split("\n");
  expect(lines[2]).toMatch(/peer +\| +1 \| +1\.00 × \| +20\.0 \| +1\.00 × \| +400 ms/);
  expect(lines[3]).toMatch(/Potluck, speculative +\| +2 \| +1\.50 × \| +30\.0 \| +0\.75 × \| +300 ms/);
});

test("TO7 a crowd is compared with one chat over the same stages, from as many chats as stages on", () => {
  const rows = [1, 2, 4].map((chats) => ({ tabs: 2, chats, tokensPerSecond: 10 * Math.min(chats, 2), profile: null }));
  const lines = renderCrowd(rows, { answerTokens: 48, repeats: 2, cores: 2 }).split("\n");
  expect(lines[2]).toMatch(/1\.00 × \| +\| +10\.0/);
  expect(lines[4]).toMatch(/2\.00 × \| +1\.00 \| +20\.0/);
});

test("TO7 a wide run is compared with one of a single row of the same part and backend", () => {
  const medianMs = new Map([
    [1, 10],
    [8, 25],
  ]);
  const lines = renderWidths([{ backend: "wasm", part: "whole", medianMs }], [1, 8]).split("\n");
  expect(lines[2]).toMatch(/1\.00 × \| +2\.50 × \| +10\.0 ms/);
});
