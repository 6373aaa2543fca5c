import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodesOf, segmentTree } from "./segment-tree.ts";

const layers = (weights: readonly number[]) => weights.map((weightBytes) => ({ weightBytes, kvBytesPerToken: 2 }));
const ranges = (weights: readonly number[]) => [...nodesOf(segmentTree(layers(weights)))].map((n) => [n.from, n.to]);

describe("segment tree", () => {
  test("SW1 equal layers are cut in the middle, down to single layers", () => {
    expect(ranges([5, 5, 5, 5])).toEqual([
      [0, 4],
      [0, 2],
      [0, 1],
      [1, 2],
      [2, 4],
      [2, 3],
      [3, 4],
    ]);
  });

  test("SW1 a heavy embedding moves the cut towards it", () => {
    expect(segmentTree(layers([30, 10, 10, 10])).halves?.[0]).toMatchObject({ from: 0, to: 1, weightBytes: 30 });
  });

  test("SW1 bytes of a range may be less than its layers' sum, where ends share weights", () => {
    const tree = segmentTree(layers([4, 4]), ({ from, to }) => (to - from) * 4 - (to - from === 2 ? 3 : 0));
    expect(tree.weightBytes).toBe(5);
    expect(tree.halves?.map((half) => half.weightBytes)).toEqual([4, 4]);
  });

  test("SW1 nodes are nested or apart, halves tile their parent, leaves are all layers", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }), (weights) => {
        const nodes = [...nodesOf(segmentTree(layers(weights)))];
        for (const { from, to, halves, kvBytesPerToken } of nodes) {
          expect(kvBytesPerToken).toBe(2 * (to - from));
          if (halves === null) expect(to - from).toBe(1);
          else expect([halves[0].from, halves[0].to, halves[1].to]).toEqual([from, halves[1].from, to]);
        }
        expect(nodes.filter((n) => n.halves === null).map((n) => n.from)).toEqual(weights.map((_, i) => i));
      }),
    );
  });

  test("SW1 a model without layers has no tree", () => {
    expect(() => segmentTree([])).toThrow(RangeError);
  });
});
