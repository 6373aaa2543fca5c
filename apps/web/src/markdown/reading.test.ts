import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lex } from "./lex.ts";
import { type Block, createReading } from "./reading.ts";
import { samples } from "./testing/samples.ts";

const textParts = fc.oneof(
  fc.constantFrom(...samples),
  fc.constantFrom(
    "\n",
    "\n\n",
    " ",
    "  ",
    "    ",
    "- ",
    "* ",
    "1. ",
    "2",
    "> ",
    "# ",
    "```",
    "~~~",
    "$",
    "$$",
    "\\[",
    "\\]",
    "|",
  ),
  fc.constantFrom(
    "---",
    "===",
    "[a]: /x",
    '"',
    "[a]",
    "<b>",
    "<pre>",
    "<!--",
    "-->",
    "`",
    "**",
    "word",
    "字",
    "😀",
    "\t",
    "\r\n",
    ")",
  ),
);
const texts = fc.array(textParts, { maxLength: 14 }).map((parts) => parts.join(""));

const plain = (blocks: readonly Block[]): unknown =>
  blocks.map(({ raw, token, links, open }) => [raw, token, links, open]);

describe("reading", () => {
  test("WB44 whatever the cuts in which a text comes, the end result is that of the whole text", () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(1000), { maxLength: 40 }), (text, cuts) => {
        const whole = createReading().read(text, true);
        const pieces = createReading();
        const ends = cuts.map((cut) => Math.floor((cut / 1000) * text.length)).toSorted((a, b) => a - b);
        for (const end of ends) pieces.read(text.slice(0, end), false);
        expect(plain(pieces.read(text, true))).toEqual(plain(whole));
      }),
      { numRuns: 600 },
    );
  });

  test("WB44 the blocks are those of the library's own reading of the whole text", () => {
    const text = samples.join("\n\n");
    const reading = createReading();
    for (let end = 0; end < text.length; end += 3) reading.read(text.slice(0, end), false);
    const own = lex(text).tokens.filter(({ type }) => type !== "space" && type !== "def");
    expect(reading.read(text, true).map(({ token }) => token)).toEqual(own);
    expect(own.length).toBeGreaterThan(20);
  });

  test("WB46 what is finished is not read again", () => {
    const text = samples.filter((sample) => !sample.includes("]:")).join("\n\n");
    const reading = createReading();
    let before: readonly Block[] = [];
    let kept = 0;
    for (let end = 0; end <= text.length; end += 7) {
      const blocks = reading.read(text.slice(0, end), false);
      const again = blocks.filter((block) => !before.includes(block)).length;
      kept = Math.max(kept, blocks.length - again);
      before = blocks;
    }
    expect(kept).toBeGreaterThan(15);
    // The same text again costs nothing, and a finished one keeps what was done.
    expect(reading.read(text, true).filter((block) => before.includes(block)).length).toBeGreaterThan(15);
  });

  test("WB44 a definition that comes at the end serves the links before it", () => {
    const reading = createReading();
    reading.read("See [the list][l].\n\nMore.\n\nAnd", false);
    const [first] = reading.read("See [the list][l].\n\nMore.\n\nAnd\n\n[l]: https://example.org", true);
    expect(JSON.stringify(first?.token)).toContain('"href":"https://example.org"');
  });

  test("WB44 a text that is replaced by another one is read anew", () => {
    const reading = createReading();
    reading.read("# One\n\nTwo\n\nThree", false);
    expect(plain(reading.read("Other", true))).toEqual(plain(createReading().read("Other", true)));
  });
});
