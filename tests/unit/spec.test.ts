import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readTestTitles, titlesOf } from "./test-titles.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const rule = /^\* \*\*([A-Z]{2}\d+)\*\* (.+)$/gm;
const rules = [...readFileSync(`${root}SPEC.md`, "utf8").matchAll(rule)].map(([, number = "", text = ""]) => ({
  number,
  byReview: text.endsWith("(by review)"),
}));
const numbers = new Set(rules.map(({ number }) => number));
const titles = readTestTitles(root, ["packages", "apps", "tests"]);

/** `MO3 a range …` holds MO3; `MO3, MO4 a range …` and `MO3 MO4 a range …` both. */
const rulesOf = (title: string): readonly string[] =>
  /^[A-Z]{2}\d+(?:(?:, | )[A-Z]{2}\d+)* /.exec(title)?.[0].match(/[A-Z]{2}\d+/g) ?? [];

describe("SPEC.md", () => {
  it("TO1 each rule has a number of its own", () => {
    expect(rules.map(({ number }) => number)).toEqual([...numbers]);
  });

  it("TO1 each test's title begins with the number of a rule in SPEC.md", () => {
    const lost = titles.filter(({ title }) => {
      const held = rulesOf(title);
      return held.length === 0 || held.some((number) => !numbers.has(number));
    });
    expect(lost).toEqual([]);
  });

  it("TO1 each rule is held by a test, or is marked as held by review", () => {
    const held = new Set(titles.flatMap(({ title }) => rulesOf(title)));
    const free = rules.filter(({ number, byReview }) => !byReview && !held.has(number)).map(({ number }) => number);
    expect(free).toEqual([]);
  });

  it("TO1 titles are found in every way a test can be written", () => {
    const source = [
      "it('AA1 a', () => {}); test.skip(`AA2 ${b}`, () => {}); it.each([1])('AA3 c', () => {});",
      "it.runIf(x)('AA4 d', () => {}); test.describe('no', () => { test('AA5 e', async () => {}); });",
      "test.step('no', () => {}); test.skip(browserName === 'x'); describe('no', () => {}); exec.test('no');",
    ].join("\n");
    expect(titlesOf("x.ts", source).map(({ title }) => title)).toEqual(["AA1 a", "AA2 ", "AA3 c", "AA4 d", "AA5 e"]);
  });
});
