import { ManualClock } from "@potluck/link";
import { expect, test } from "vitest";
import { createWorkerClock, type TimerOrder } from "./worker-clock.ts";

/** A worker that keeps what it is told; `due` is its word that a timer is. */
function setUp() {
  const page = new ManualClock();
  const orders: TimerOrder[] = [];
  let due: (id: number) => void = () => undefined;
  const clock = createWorkerClock(page, () => ({
    tell: (order) => orders.push(order),
    onDue: (receive) => (due = receive),
  }));
  const fired: string[] = [];
  return { page, orders, clock, fired, due };
}

test("DN17 a timer fires when the worker says so, however late the page's own is, and only once", async () => {
  const { page, clock, fired, due, orders } = setUp();
  clock.after(500, () => fired.push("a"));
  expect(orders).toEqual([{ kind: "set", id: 1, ms: 500 }]);
  due(1);
  expect(fired).toEqual(["a"]);
  expect(page.pending).toBe(0);
  due(1);
  await page.advance(1_000);
  expect(fired).toEqual(["a"]);
});

test("DN17 without an answer of the worker the page's own timer counts", async () => {
  const { page, clock, fired, due, orders } = setUp();
  clock.after(500, () => fired.push("a"));
  await page.advance(500);
  due(1);
  expect(fired).toEqual(["a"]);
  expect(orders.at(-1)).toEqual({ kind: "cancel", id: 1 });
});

test("DN17 where no worker can be started, time passes all the same", async () => {
  const page = new ManualClock();
  const clock = createWorkerClock(page, () => {
    throw new Error("no workers");
  });
  const fired: string[] = [];
  clock.after(500, () => fired.push("a"));
  await page.advance(500);
  expect([fired, clock.now()]).toEqual([["a"], 500]);
});

test("DN17 a timer that is called off never fires", async () => {
  const { page, clock, fired, due, orders } = setUp();
  const cancel = clock.after(500, () => fired.push("a"));
  cancel();
  cancel();
  due(1);
  await page.advance(1_000);
  expect(fired).toEqual([]);
  expect(orders.map(({ kind }) => kind)).toEqual(["set", "cancel"]);
});
