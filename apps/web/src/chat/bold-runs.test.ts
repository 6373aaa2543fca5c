import fc from "fast-check";
import { expect, test } from "vitest";
import { boldRuns } from "./bold-runs.ts";

const shown = (text: string): string[] => boldRuns(text).map(({ words, bold }) => (bold ? `<${words}>` : words));

test("WB20 bold words are bold, also while they are being written", () => {
  expect(shown("**The Lantern**\n\nOnce **upon** a time")).toEqual(["<The Lantern>", "\n\nOnce ", "<upon>", " a time"]);
  expect(shown("**The Lan")).toEqual(["<The Lan>"]);
  expect(shown("**The Lantern*")).toEqual(["<The Lantern>"]);
});

test("WB20 asterisks that mark nothing stay as they are", () => {
  for (const text of ["2 ** 3 = 8 and 3 ** 2 = 9", "a * b", "** not bold **", "**one line\nand another**", "****"]) {
    expect(shown(text)).toEqual([text]);
  }
});

test("WB20 nothing but marks is ever left out, and runs have places of their own", () => {
  const texts = fc.array(fc.constantFrom("*", "**", " ", "\n", "a", "words")).map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, (text) => {
      const runs = boldRuns(text);
      const plain = (s: string): string => s.replaceAll("*", "");
      expect(plain(runs.map(({ words }) => words).join(""))).toBe(plain(text));
      expect(new Set(runs.map(({ at }) => at)).size).toBe(runs.length);
    }),
  );
});
