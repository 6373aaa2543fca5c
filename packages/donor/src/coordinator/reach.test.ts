import { ManualClock } from "@potluck/link";
import { expect, test } from "vitest";
import { createStore } from "zustand/vanilla";
import { problems } from "../problems.ts";
import type { Connection } from "../tab.ts";
import { reach } from "./reach.ts";

const deadlineMs = 3000;
const refused = problems.refused({ status: "refused", reason: "version-mismatch", message: "Too old." });

function setUp(initial: Connection): {
  clock: ManualClock;
  become: (next: Connection) => void;
  tries: () => number;
  over: () => boolean;
  reached: Promise<void>;
} {
  const clock = new ManualClock();
  const connection = createStore<Connection>(() => initial);
  let tries = 0;
  let over = false;
  const reached = reach(connection, () => (tries += 1), clock, deadlineMs).then(() => void (over = true));
  return { clock, become: (next) => connection.setState(next, true), tries: () => tries, over: () => over, reached };
}

const offline: Connection = { kind: "offline", problem: problems.serverGone() };

test.each<[string, (made: ReturnType<typeof setUp>) => unknown]>([
  ["the welcome", ({ become }) => become({ kind: "online" })],
  ["its deadline", ({ clock }) => clock.advance(1)],
  ["a refused version", ({ become }) => become({ kind: "offline", problem: refused })],
])("DN13 a person who asks while the tab is offline has it connect at once, and waits for %s", async (_end, finish) => {
  const made = setUp(offline);
  expect(made.tries()).toBe(1);
  await made.clock.advance(deadlineMs - 1);
  expect(made.over()).toBe(false);
  await finish(made);
  await made.reached;
  expect(made.clock.pending).toBe(0);
});

const withdrawn = problems.refused({ status: "refused", reason: "consent-withdrawn", message: "It is over." });

test.each<Connection>([
  { kind: "online" },
  { kind: "connecting" },
  { kind: "offline", problem: refused },
  { kind: "offline", problem: withdrawn },
])("DN13 DN46 a tab that is $kind with nothing to gain from another try is not held up", async (initial) => {
  const made = setUp(initial);
  await made.reached;
  expect(made.tries()).toBe(0);
});
