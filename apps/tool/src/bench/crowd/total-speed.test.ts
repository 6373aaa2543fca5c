import { expect, test } from "vitest";
import { totalSpeed } from "./total-speed.ts";

test("TO6 a crowd's speed counts only the time in which all its chats answer", () => {
  // Alone until 1000, together until 1500, alone again.
  const early = [0, 500, 1000, 1250, 1500];
  const late = [1000, 1250, 1500, 2000, 2500];
  expect(totalSpeed([early, late])).toBe((4 * 1000) / 500);
  expect(totalSpeed([early])).toBe((4 * 1000) / 1500);
});

test("TO6 chats that never answered at once have no speed together", () => {
  expect(
    totalSpeed([
      [0, 100],
      [200, 300],
    ]),
  ).toBeNaN();
  expect(totalSpeed([[0, 100], []])).toBeNaN();
});
