import { expect, test } from "vitest";
import { readTrace, type TraceEvent } from "./read-trace.ts";

const event = (name: string, ts: number, dur: number, tid = 1): TraceEvent => ({ name, ph: "X", pid: 1, tid, ts, dur });
const main = (tid: number): TraceEvent => ({
  name: "thread_name",
  ph: "M",
  pid: 1,
  tid,
  ts: 0,
  args: { name: "CrRendererMain" },
});

test("WB46 the longest task of a page's main thread, and its parts, are read from a trace", () => {
  const trace = [
    main(1),
    main(2),
    event("RunTask", 0, 10_000),
    event("FunctionCall", 1000, 6000),
    event("FunctionCall", 2000, 1000),
    { ...event("RunTask", 20_000, 60_000), tdur: 45_000 },
    event("Layout", 30_000, 40_000),
    event("UpdateLayoutTree", 35_000, 10_000),
    // Of another page, and of no main thread.
    event("RunTask", 0, 5000, 2),
    event("RunTask", 0, 900_000, 3),
  ];
  const read = readTrace(trace, 1);
  expect(read.tasksMs).toEqual([60, 10]);
  expect(read.longestCpuMs).toBe(45);
  expect(read.longest).toEqual([
    ["Layout", 30],
    ["RunTask", 20],
    ["UpdateLayoutTree", 10],
  ]);
  expect(read.scripting).toBeCloseTo(0.006);
  expect(read.busy).toBeCloseTo(0.055);
});

test("WB46 a trace without a page has no tasks", () => {
  expect(readTrace([], 10)).toEqual({ tasksMs: [], longestCpuMs: 0, longest: [], scripting: 0, busy: 0 });
});
