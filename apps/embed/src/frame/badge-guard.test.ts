import { expect, test } from "vitest";
import { type BadgeGuard, createBadgeGuard } from "./badge-guard.ts";

function makeGuard(): { guard: BadgeGuard; told: boolean[]; pass: (ms: number) => void; page: { visible: boolean } } {
  const told: boolean[] = [];
  const page = { visible: true };
  let nowMs = 0;
  let timer: { left: number; call: () => void } | null = null;
  const guard = createBadgeGuard({
    after(ms, call) {
      timer = { left: ms, call };
      return () => void (timer = null);
    },
    now: () => nowMs,
    pageVisible: () => page.visible,
    onChange: (isOut) => told.push(isOut),
  });
  const pass = (ms: number): void => {
    nowMs += ms;
    if (timer === null || (timer.left -= ms) > 0) return;
    const { call } = timer;
    timer = null;
    call();
  };
  return { guard, told, pass, page };
}

test("EB11 a badge that is out of sight for five seconds stops the work, until it is back", () => {
  const { guard, told, pass } = makeGuard();
  guard.see(false);
  pass(4999);
  guard.see(false);
  expect([guard.outOfSight(), told]).toEqual([false, []]);
  pass(1);
  expect([guard.outOfSight(), told]).toEqual([true, [true]]);
  guard.see(true);
  expect([guard.outOfSight(), told]).toEqual([false, [true, false]]);
});

test("EB11 a badge that flickers is out of sight once its absences sum up to five seconds", () => {
  const { guard, told, pass } = makeGuard();
  for (let time = 0; time < 9; time++) {
    guard.see(false);
    pass(500);
    guard.see(true);
    pass(4999);
  }
  expect(told).toEqual([]);
  guard.see(false);
  pass(499);
  expect(told).toEqual([]);
  pass(1);
  expect(told).toEqual([true]);
  // Back it may work, but has nothing left to spend.
  guard.see(true);
  pass(4999);
  expect(told).toEqual([true, false]);
  guard.see(false);
  expect(told).toEqual([true, false, true]);
});

test("EB11 five seconds of unbroken sight make up for every absence", () => {
  const { guard, told, pass } = makeGuard();
  guard.see(false);
  pass(4999);
  guard.see(true);
  pass(3000);
  guard.see(true);
  pass(2000);
  guard.see(false);
  pass(4999);
  expect(told).toEqual([]);
  pass(1);
  expect(told).toEqual([true]);
});

test("EB11 the first sight can be waited for, until nobody wants it any more", async () => {
  const { guard } = makeGuard();
  const gone = new AbortController();
  const left = guard.seen(gone.signal);
  gone.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  const { signal } = new AbortController();
  const first = guard.seen(signal);
  guard.see(false);
  guard.see(true);
  await first;
  await guard.seen(signal);
});

test("EB11 while the window is hidden nothing is held against the badge, nor forgiven", () => {
  const { guard, told, pass, page } = makeGuard();
  page.visible = false;
  guard.see(false);
  pass(60_000);
  expect(told).toEqual([]);
  page.visible = true;
  guard.see(false);
  pass(5000);
  page.visible = false;
  guard.see(false);
  expect([guard.outOfSight(), told]).toEqual([true, [true]]);
});
