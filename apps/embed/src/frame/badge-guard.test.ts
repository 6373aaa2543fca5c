import { expect, test } from "vitest";
import { type BadgeGuard, createBadgeGuard } from "./badge-guard.ts";

function makeGuard(): { guard: BadgeGuard; told: boolean[]; pass: (ms: number) => void; page: { visible: boolean } } {
  const told: boolean[] = [];
  const page = { visible: true };
  let timer: { left: number; call: () => void } | null = null;
  const guard = createBadgeGuard({
    after(ms, call) {
      timer = { left: ms, call };
      return () => void (timer = null);
    },
    pageVisible: () => page.visible,
    onChange: (isOut) => told.push(isOut),
  });
  const pass = (ms: number): void => {
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

test("EB11 a badge that is back in time was never away, and the next time counts from its own beginning", () => {
  const { guard, told, pass } = makeGuard();
  guard.see(false);
  pass(4000);
  guard.see(true);
  pass(4000);
  guard.see(false);
  pass(4000);
  expect(told).toEqual([]);
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
