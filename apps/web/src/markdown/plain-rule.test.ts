import { expect, test } from "vitest";
import { lex } from "./lex.ts";

const types = (text: string): string[] => lex(text).tokens.map(({ type }) => type);

test("WB44 what would take too long, or goes too deep, stands as it was written, up to the next blank line", () => {
  for (const text of [
    "*".repeat(1000),
    "*a_".repeat(1000),
    "> ".repeat(100),
    "- ".repeat(100),
    `${" ".repeat(200)}- a`,
    "word ".repeat(5000),
    "`".repeat(1000),
  ]) {
    expect(types(`${text}\n\n# Title`), text.slice(0, 20)).toEqual(["plain", "space", "heading"]);
  }
  expect(JSON.stringify(lex(`- item\n\n  ${"*".repeat(1000)}`).tokens)).toContain('"type":"plain"');
});

test("WB44 long code, long lists of paragraphs and rows of marks are what they are", () => {
  expect(types(`\`\`\`js\n${"const a = 1;\n".repeat(2000)}\`\`\``)).toEqual(["code"]);
  expect(types(`> > > quote\n\n${"=".repeat(80)}\n\n${"-".repeat(200)}`)).toEqual([
    "blockquote",
    "space",
    "paragraph",
    "space",
    "hr",
  ]);
});
