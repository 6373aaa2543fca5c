import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteFallbackFiles, demoFiles, metaspaceFiles, wordPieceFiles } from "../../test/tokenizers.ts";
import { createTextModel, type TextModel } from "../index.ts";

const stream = (model: TextModel, ids: readonly number[]): string[] => {
  const detokenizer = model.createDetokenizer();
  return [...ids.map((id) => detokenizer.push(id)), detokenizer.finish()];
};

const models: readonly (readonly [string, TextModel, number])[] = [
  ["byte-level", createTextModel(demoFiles()), 4096],
  ["byte fallback", createTextModel(byteFallbackFiles()), 280],
  ["metaspace", createTextModel(metaspaceFiles()), 20],
  ["word pieces", createTextModel(wordPieceFiles()), 5],
];

describe.each(models)("%s", (_name, model, vocabulary) => {
  const anyIds = fc.array(fc.oneof(fc.nat(vocabulary), fc.nat(Math.min(vocabulary, 260))), { maxLength: 80 });

  it("TX5 any ids, streamed one by one, join to the text of all at once", () => {
    fc.assert(
      fc.property(anyIds, (ids) => {
        expect(stream(model, ids).join("")).toBe(model.decode(ids));
      }),
      { numRuns: 400 },
    );
  });
});

const [byteLevel, byteFallback] = [models[0]![1], models[1]![1]];
const hardText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\u{1f469}\u200d\u{1f680}",
        "\u{1f1e9}\u{1f1ea}",
        "e\u0301\u0323",
        "\u4f60\u597d",
        "\ufeff",
        "\ufffd",
        " ",
      ),
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""))
  .filter((text) => !/[\uFDD0-\uFDEF]/u.test(text));

describe("characters", () => {
  it("TX5 emoji, CJK, combining marks and any other text come back as they went in", () => {
    fc.assert(
      fc.property(hardText, (text) => {
        expect(stream(byteLevel, byteLevel.encode(text)).join("")).toBe(text);
      }),
      { numRuns: 400 },
    );
  });

  it("TX5 no piece holds half a character", () => {
    fc.assert(
      fc.property(hardText, (text) => {
        for (const model of [byteLevel, byteFallback]) {
          const wanted = model.decode(model.encode(text));
          let got = "";
          for (const piece of stream(model, model.encode(text))) {
            expect(piece.isWellFormed()).toBe(true);
            got += piece;
            expect(wanted.startsWith(got)).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("TX5 an emoji of four bytes appears with its last byte", () => {
    const bytes = [0xf0, 0x9f, 0x98, 0x80].map((byte) => 3 + byte);
    expect(stream(byteFallback, bytes)).toEqual(["", "", "", "\u{1f600}", ""]);
  });

  it("TX5 a character that is never finished becomes U+FFFD at the end", () => {
    expect(stream(byteFallback, [3 + 0xf0, 3 + 0x9f])).toEqual(["", "", "\uFFFD"]);
  });

  it("TX5 the space before the first word is dropped, later ones stay", () => {
    const ids = byteFallback.encode("hello he");
    expect(stream(byteFallback, ids).join("")).toBe("hello he");
    expect(stream(byteFallback, ids)[0]?.startsWith(" ")).toBe(false);
  });

  it("TX5 control tokens and ids without a token show nothing", () => {
    expect(stream(byteLevel, [1, 2, 0, 4096, -1, 1e9])).toEqual(["", "", "", "", "", "", ""]);
    expect(byteLevel.decode([1, 2, 0, 4096, -1, 1e9])).toBe("");
    expect(byteLevel.decode([])).toBe("");
  });
});
