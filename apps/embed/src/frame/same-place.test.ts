import * as fc from "fast-check";
import { expect, test } from "vitest";
import { mayBeSamePlace, type PointerPlace } from "./same-place.ts";

const at = (screenX: number, screenY: number, clientX: number, clientY: number): PointerPlace => ({
  screenX,
  screenY,
  clientX,
  clientY,
});
const pixel = fc.integer({ min: 0, max: 2000 });

test("EB8 a frame that moved under a resting pointer is found out", () => {
  expect(mayBeSamePlace(at(500, 500, 40, 40), at(500, 500, 40, 90))).toBe(false);
  expect(mayBeSamePlace(at(500, 500, 40, 40), at(500, 502, 300, 40))).toBe(false);
  expect(mayBeSamePlace(at(500, 500, 40, 40), at(520, 500, 20, 40))).toBe(false);
  // The page scrolled away below it.
  expect(mayBeSamePlace(at(500, 500, 40, 40), at(540, 560, 80, 240))).toBe(false);
});

test("EB8 a pointer over a frame that stays never looks like a move, however the page is zoomed", () => {
  fc.assert(
    fc.property(
      pixel,
      pixel,
      pixel,
      pixel,
      fc.double({ min: 0.31, max: 4.9, noNaN: true }),
      (x, y, toX, toY, scale) => {
        const place = (cx: number, cy: number): PointerPlace =>
          at(Math.round(70 + cx * scale), Math.round(90 + cy * scale), cx, cy);
        expect(mayBeSamePlace(place(x, y), place(toX, toY))).toBe(true);
      },
    ),
  );
});
