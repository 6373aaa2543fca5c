import { ManualClock } from "@potluck/link";
import { expect, test } from "vitest";
import { createStore } from "zustand/vanilla";
import { problems } from "../problems.ts";
import type { Connection } from "../tab.ts";
import { settled } from "./settled.ts";

const deadlineMs = 10_000;
const ends: readonly [string, (clock: ManualClock, become: (next: Connection) => void) => unknown][] = [
  ["a welcome", (_clock, become) => become({ kind: "online" })],
  ["a refused connection", (_clock, become) => become({ kind: "offline", problem: problems.serverGone() })],
  ["the deadline", (clock) => clock.advance(1)],
];

test.each(ends)("DN10 what is asked before the first connection waits for %s", async (_end, finish) => {
  const clock = new ManualClock();
  const connection = createStore<Connection>(() => ({ kind: "connecting" }));
  let over = false;
  const waiting = settled(connection, clock, deadlineMs).then(() => (over = true));
  await clock.advance(deadlineMs - 1);
  expect(over).toBe(false);
  await finish(clock, (next) => connection.setState(next, true));
  await waiting;
  expect(clock.pending).toBe(0);
});
