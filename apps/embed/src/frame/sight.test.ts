import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSight, type Sight, sightMs } from "./sight.ts";

const click = { trusted: true, byKeyboard: false };
const key = { trusted: true, byKeyboard: true };
const seen = (): Sight => {
  const sight = createSight();
  sight.see(true, 0);
  return sight;
};

test("EB8 a click counts after a second of unbroken sight, not a millisecond before", () => {
  expect(seen().press(click, sightMs - 1)).toBe("early");
  expect(seen().press(click, sightMs)).toBe("counts");
  expect(createSight().press(click, 1e6)).toBe("early");
});

test("EB8 a cover, however short, begins the second anew", () => {
  const sight = seen();
  sight.see(false, 1500);
  expect(sight.press(click, 1500)).toBe("early");
  sight.see(true, 1501);
  expect(sight.press(click, 2500)).toBe("early");
});

test("EB8 an early click begins the second anew, so that clicking away at it leads nowhere", () => {
  const sight = seen();
  for (let nowMs = 900; nowMs < 10_000; nowMs += 900) expect(sight.press(click, nowMs)).toBe("early");
  expect(sight.press(click, 9900 + sightMs)).toBe("counts");
});

test("EB8 a question that moved is looked at anew", () => {
  const sight = seen();
  sight.move(1200);
  expect(sight.press(click, 2100)).toBe("early");
  expect(sight.press(click, 3100)).toBe("counts");
});

test("EB8 by keyboard the focus must have been on the button for that second as well", () => {
  const sight = seen();
  sight.focus(true, 5000);
  expect(sight.press(key, 5999)).toBe("early");
  expect(sight.press(key, 6999)).toBe("counts");
  sight.focus(false, 7000);
  expect(sight.press(key, 9000)).toBe("early");
});

test("EB8 what a script presses counts for nothing, and takes nothing away", () => {
  const sight = seen();
  expect(sight.press({ trusted: false, byKeyboard: false }, 2000)).toBe("void");
  expect(sight.press(click, 2000)).toBe("counts");
});

test("EB8 whatever happens, a click that counts had a second of sight before it", () => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 1500 }),
    what: fc.constantFrom("see", "hide", "move", "press"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const sight = createSight();
      let nowMs = 0;
      /** The last moment at which something spoke against it. */
      let faultMs = 0;
      let isSeen = false;
      for (const { waitMs, what } of steps) {
        nowMs += waitMs;
        if (what === "press") {
          const counts = isSeen && nowMs - faultMs >= sightMs;
          expect(sight.press(click, nowMs)).toBe(counts ? "counts" : "early");
          if (!counts) faultMs = nowMs;
          continue;
        }
        if (what === "move") sight.move(nowMs);
        else sight.see(what === "see", nowMs);
        if (what !== "see" || !isSeen) faultMs = nowMs;
        if (what !== "move") isSeen = what === "see";
      }
    }),
  );
});
