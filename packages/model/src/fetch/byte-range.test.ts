import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeRanges } from "./byte-range.ts";
import { parseContentRange } from "./content-range.ts";
import type { WantedPiece } from "./wanted-piece.ts";

const piece = fc.record({
  path: fc.constantFrom("a", "b"),
  offset: fc.nat(500),
  lengthBytes: fc.integer({ min: 1, max: 60 }),
});

test("MO32 every piece is in one range, in order, within the limits, and ranges are no more than needed", () => {
  fc.assert(
    fc.property(fc.array(piece), (places) => {
      const pieces = places.map((place): WantedPiece => ({ ...place, of: "t", sha256: "", targets: [0] }));
      const limits = { rangeBytes: 100, gapBytes: 5 };
      const ranges = mergeRanges(pieces, limits);
      expect(new Set(ranges.flatMap((range) => range.pieces))).toEqual(new Set(pieces));
      expect(ranges.flatMap((range) => range.pieces).length).toBe(pieces.length);
      for (const { path, from, to, pieces } of ranges) {
        let at = from;
        expect(to - from).toBeLessThanOrEqual(limits.rangeBytes);
        for (const each of pieces) {
          expect([each.path, each.offset >= at, each.offset - at <= limits.gapBytes]).toEqual([path, true, true]);
          at = each.offset + each.lengthBytes;
        }
        expect(at).toBe(to);
      }
    }),
  );
  const mebibyte = 1024 * 1024;
  const row = Array.from({ length: 9 }, (_, at): WantedPiece => {
    const offset = at * 4 * mebibyte;
    return { path: "a", of: "t", sha256: "", targets: [0], offset, lengthBytes: 4 * mebibyte };
  });
  expect(mergeRanges(row).map(({ from, to }) => (to - from) / mebibyte)).toEqual([8, 8, 8, 8, 4]);
});

test("MO20 only a Content-Range that makes sense is one", () => {
  expect(parseContentRange("bytes 5-9/20")).toEqual({ kind: "part", from: 5, to: 10, total: 20 });
  expect(parseContentRange("Bytes 5-9/*")).toEqual({ kind: "part", from: 5, to: 10, total: null });
  expect(parseContentRange("bytes */20")).toEqual({ kind: "unsatisfied", total: 20 });
  for (const bad of [
    null,
    "",
    "bytes 9-5/20",
    "bytes 5-20/20",
    "items 5-9/20",
    "bytes 5-9",
    "bytes -5/20",
    "bytes */*",
  ])
    expect(parseContentRange(bad)).toBeNull();
});
