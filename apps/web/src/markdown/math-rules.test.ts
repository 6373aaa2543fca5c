import type { Token } from "marked";
import { expect, test } from "vitest";
import { lex } from "./lex.ts";
import type { MathToken } from "./math-rules.ts";

/** The formulas of a text; those that have their lines for themselves in brackets. */
function formulas(text: string): string[] {
  const found: string[] = [];
  const look = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (token.type === "math") {
        const { tex, display } = token as MathToken;
        found.push(display ? `[${tex.trim()}]` : tex);
      }
      if ("items" in token) look(token.items);
      if ("rows" in token) for (const row of token.rows) for (const cell of row) look(cell.tokens);
      if ("tokens" in token) look(token.tokens ?? []);
    }
  };
  look(lex(text).tokens);
  return found;
}

test("WB44 formulas are known by their marks, wherever they stand", () => {
  expect(formulas("$x_1$ and \\(a*b*c\\), **$y$**, ($z$).")).toEqual(["x_1", "a*b*c", "y", "z"]);
  expect(formulas("$$x$$")).toEqual(["[x]"]);
  expect(formulas("in a line $$x$$ of text")).toEqual(["[x]"]);
  expect(formulas("So:\n$$\na\n+ b\n= c\n$$\nand on")).toEqual(["[a\n+ b\n= c]"]);
  expect(formulas("\\[\n\\begin{aligned}\na &= b \\\\\n- c &= d\n\\end{aligned}\n\\]")).toHaveLength(1);
  expect(formulas("- one\n  $$\n  x\n  $$\n- $y$\n\n| a |\n|---|\n| $z$ |")).toEqual(["[x]", "y", "z"]);
});

test("WB44 prices, code and lost marks are no formulas", () => {
  for (const text of [
    "It is $5 and $6.",
    "From $5 to 10$ it is.",
    "US$5 and US$6",
    "$ x $",
    "`$x$`",
    "```\n$$\nx\n$$\n```",
    "\\$x\\$",
    "$$\na\n\nb\n$$",
    "$x\ny$",
    "$$$$ \\(\\) \\[ \\]",
    `$$${"x".repeat(5000)}$$`,
  ]) {
    expect(formulas(text), text).toEqual([]);
  }
});
