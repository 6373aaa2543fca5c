import fc from "fast-check";
import { expect, test } from "vitest";
import { speakable } from "./speakable.ts";
import { samples } from "./testing/samples.ts";

const words = { code: "Code block.", formula: "formula" };
const whole = (text: string): string[] => speakable(text, words, true);
const soFar = (text: string): string[] => speakable(text, words, false);

test("WB48 an answer is heard by sentences, without marks, code and formulas", () => {
  const text =
    "# The **Lantern**\n\nWei lived *near* here. He said: “Hello!” Then `npm i` ran.\n\n```js\nlet a = 1. B;\n```\n" +
    "- [x] one\n- two, see [the list](https://x.org)\n\nEuler: $e^{i}. A$ is known.\n\n$$\nx\n$$\n| a | b |\n|---|---|\n| 1 | 2 |\n";
  expect(whole(text)).toEqual([
    "The Lantern",
    "Wei lived near here.",
    "He said: “Hello!”",
    "Then npm i ran.",
    "Code block.",
    "one",
    "two, see the list",
    "Euler: formula is known.",
    "formula",
    "a, b",
    "1, 2",
  ]);
});

test("WB48 a sentence is said when it is finished", () => {
  expect(soFar("Wei lived here")).toEqual([]);
  expect(soFar("Wei lived here.")).toEqual([]);
  // The next letter decides: 3.5 is no end, nor is etc.
  expect(soFar("It costs 3.")).toEqual([]);
  expect(soFar("Wei lived here. He")).toEqual(["Wei lived here."]);
  expect(soFar("Wei lived here. ```")).toEqual([]);
  expect(soFar("狐がいた。森は")).toEqual(["狐がいた。"]);
  expect(soFar("One\n\n```py\nprint(1)")).toEqual(["One", "Code block."]);
  expect(soFar("# Title\n")).toEqual(["Title"]);
});

test("WB48 what was said is never said again nor taken back", () => {
  const parts = fc.oneof(
    fc.constantFrom(...samples),
    fc.constantFrom(
      "Wei lived here. ",
      "He said “Yes!” and ",
      "etc. and 3.5 ",
      "\n",
      "\n\n",
      "- ",
      "```",
      "$",
      "`",
      "[a](b) ",
    ),
    fc.constantFrom("**", "*", "終わり。", "# ", "| a |", "1. ", "...", "--", "e.g. (12) x ", "\\(", "\\)", "!"),
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 10 }), fc.array(fc.nat(1000), { maxLength: 12 }), (texts, cuts) => {
      const text = texts.join("");
      const all = whole(text);
      for (const cut of cuts) {
        const said = soFar(text.slice(0, Math.floor((cut / 1000) * text.length)));
        expect(all.slice(0, said.length)).toEqual(said);
      }
    }),
    { numRuns: 1000 },
  );
});
