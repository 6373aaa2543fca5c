import { expect, test } from "vitest";
import { spanTogether, totalSpeed } from "./total-speed.ts";

test("TO6 a crowd's speed counts only the time in which all its chats answer", () => {
  // Alone until 1000, together until 1500, alone again.
  const early = [0, 500, 1000, 1250, 1500];
  const late = [1000, 1250, 1500, 2000, 2500];
  expect(spanTogether([early, late])).toEqual({ from: 1000, to: 1500 });
  expect(totalSpeed([early, late], { from: 1000, to: 1500 })).toBe((4 * 1000) / 500);
  expect(spanTogether([early])).toEqual({ from: 0, to: 1500 });
  expect(totalSpeed([early], { from: 0, to: 1500 })).toBe((4 * 1000) / 1500);
});

test("TO6 chats that never answered at once have no speed together", () => {
  expect(
    spanTogether([
      [0, 100],
      [200, 300],
    ]),
  ).toBeNull();
  expect(spanTogether([[0, 100], []])).toBeNull();
});
