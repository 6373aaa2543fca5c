import { expect, test } from "vitest";
import { busySecondsOf, cpuSecondsOf } from "./cpu-times.ts";
import { cpuShares, engineShare } from "./shares.ts";

test("TO6 CPU time is read past a name with blanks and parentheses in it", () => {
  const rest = "S 1 1 1 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 12 0 100";
  expect(cpuSecondsOf(`42 (a (b) c) ${rest}`)).toBe(3);
  expect(busySecondsOf("cpu  100 10 20 900 40 3 7 50 0 0\ncpu0 1 2 3")).toBe(1.4);
});

test("TO6 a share of CPU is of the span alone, between samples as even use", () => {
  const sample = (at: number, seconds: number) => ({ at, seconds: new Map([["tab", seconds]]) });
  const samples = [sample(0, 5), sample(1000, 5), sample(2000, 6), sample(3000, 6.5)];
  expect(cpuShares(samples, { from: 1000, to: 2000 }).get("tab")).toBe(1);
  expect(cpuShares(samples, { from: 500, to: 2500 }).get("tab")).toBe(0.625);
  expect(cpuShares(samples, { from: 500, to: 3500 }).size).toBe(0);
  expect(cpuShares([], { from: 0, to: 1 }).size).toBe(0);
});

test("TO6 rows that went along in one run count its time once", () => {
  const run = (from: number, to: number) => ({ from, to, rows: 1 });
  const answers = [run(0, 10), run(0.1, 10.1), run(20, 30), run(30, 40), run(60, 100)];
  const { busy, runMs, rowsPerRun } = engineShare(answers, { from: 0, to: 80 });
  expect(busy).toBe(50 / 80);
  expect(runMs).toBe(50 / 4);
  expect(rowsPerRun).toBe(5 / 4);
  expect(engineShare([], { from: 0, to: 80 })).toEqual({ busy: 0, runMs: Number.NaN, rowsPerRun: Number.NaN });
});
