import { expect, test } from "vitest";
import { renderProfile } from "./render-profile.ts";

const engine = { busy: 0.5, runMs: 6, rowsPerRun: 1 };
const cpu = new Map([
  ["machine", 1.9],
  ["stage 1", 0.5],
  ["engine 1", 0.25],
  ["page 1", 0.05],
  ["stage 2", 0.4],
  ["engine 2", 0.2],
  ["page 2", 0.1],
  ["askers", 0.2],
  ["browser", 0.1],
]);

test("TO6 a profile tells what of the CPU was whose, and what a token cost", () => {
  const row = { tabs: 2, chats: 1, tokensPerSecond: 60, profile: { cpu, engines: [engine, engine] } };
  const cells = (renderProfile([row], 2).split("\n")[2] ?? "").split("|").map((cell) => cell.trim());
  expect(cells.slice(1, 8)).toEqual(["2", "1", "50 %, 50 %", "6.0, 6.0", "1.00, 1.00", "0.25, 0.20", "0.05, 0.10"]);
  // What nobody measured is told as such.
  expect(cells.slice(8, -1)).toEqual(["0.30", "0.20", "0.10", "–", "–", "0.70", "1.90", "20.0"]);
});

test("TO6 a crowd without a profile has no row in it, and without /proc only its engines'", () => {
  const row = { tabs: 2, chats: 4, tokensPerSecond: 60, profile: null };
  expect(renderProfile([row], 2).split("\n")[2]).toBe("");
  const engines = [engine, engine];
  const bare = renderProfile([{ ...row, profile: { cpu: new Map(), engines } }], 2).split("\n")[2];
  expect(bare).toContain("50 %, 50 %");
  expect(bare).toMatch(/– \|$/);
});
