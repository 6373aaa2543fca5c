import fc from "fast-check";
import { expect, test } from "vitest";
import { completeEnd } from "./complete-end.ts";
import { createReading } from "./reading.ts";
import { plainText } from "./testing/plain-text.ts";

/** What an open text shows: bold words in <>, code in «». */
const shown = (text: string): string =>
  createReading()
    .read(text, false)
    .map(({ token }) => plainText(token))
    .join("\n");

test("WB20 emphasis and code show from the moment they begin", () => {
  expect(shown("**The Lantern**\n\nOnce **upon** a time")).toBe("<The Lantern>\nOnce <upon> a time");
  expect(shown("**The Lan")).toBe("<The Lan>");
  expect(shown("**The Lantern*")).toBe("<The Lantern>");
  expect(shown("**The ")).toBe("<The>");
  expect(shown("a *sl")).toBe("a <sl>");
  expect(shown("**bold and *both")).toBe("<bold and <both>>");
  expect(shown("say `npm ins")).toBe("say «npm ins»");
  expect(shown("say ``a ` b`")).toBe("say «a ` b»");
  expect(shown("- one\n- **two")).toBe("one\n<two>");
  expect(shown("> **quo")).toBe("<quo>");
});

test("WB20 marks that mark nothing stay as they are", () => {
  for (const text of ["2 ** 3 = 8 and 3 ** 2 = 9", "a * b", "** not bold **", "snake_case_name", "a \\*b", "5 * 6 *"]) {
    expect(completeEnd(text)).toBe(text);
    expect(shown(text)).toBe(text.replace("\\", ""));
  }
});

test("WB20 a line of dashes makes no heading of the paragraph above while it may become a list", () => {
  expect(completeEnd("Three things:\n-")).toBe("Three things:");
  expect(completeEnd("Three things:\n- one")).toBe("Three things:\n- one");
});

test("WB20 nothing but marks is added, and no word is left out", () => {
  const texts = fc
    .array(fc.constantFrom("*", "**", "_", "`", "~~", " ", "\n", "a", "words", "(", ".", "字"))
    .map((parts) => parts.join(""));
  const words = (text: string): string => text.replaceAll(/[*_`~\s<>«»]/g, "");
  fc.assert(
    fc.property(texts, (text) => {
      // Three begin a block of code, with a language after them.
      fc.pre(!/```|~~~/.test(text));
      expect(words(completeEnd(text))).toBe(words(text));
      expect(words(shown(text))).toBe(words(text));
    }),
  );
});
