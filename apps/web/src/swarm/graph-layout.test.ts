import type { LinkView, ModelId, NodeView } from "@potluck/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { layOutGraph } from "./graph-layout.ts";

const nodes = fc
  .array(fc.record({ from: fc.nat(6), size: fc.integer({ min: 1, max: 4 }) }), { maxLength: 200 })
  .map((list) =>
    list.map(({ from, size }, i): NodeView => ({
      name: i.toString(16).padStart(8, "0"),
      segment: { modelId: "m" as ModelId, from, to: from + size },
      state: "ready",
      standsBy: false,
    })),
  );

test("WB59 every tab has a place of its own inside the picture, from the first layers down, on any screen", () => {
  fc.assert(
    fc.property(nodes, fc.integer({ min: 240, max: 1200 }), (list, width) => {
      const layout = layOutGraph(list, [], width);
      expect(layout.nodes).toHaveLength(list.length);
      expect(new Set(layout.nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(list.length);
      for (const { x, y } of layout.nodes) {
        expect(x).toBeGreaterThanOrEqual(10);
        expect(x).toBeLessThanOrEqual(width - 10);
        expect(y).toBeGreaterThan(0);
        expect(y).toBeLessThan(layout.height);
      }
      const froms = layout.bands.map(({ range }) => range.from);
      expect(froms).toEqual(froms.toSorted((a, b) => a - b));
      expect(layOutGraph(list, [], width)).toEqual(layout);
    }),
    { numRuns: 60 },
  );
});

test("WB59 a link goes from one of its tabs to the other, and one whose tab is not shown is not drawn", () => {
  const at = (name: string, from: number): NodeView => ({
    name,
    segment: { modelId: "m" as ModelId, from, to: from + 2 },
    state: "ready",
    standsBy: false,
  });
  const link = (a: string, b: string): LinkView => ({ a, b, ms: 4 });
  const { nodes: placed, links } = layOutGraph([at("a", 0), at("b", 2)], [link("a", "b"), link("a", "gone")], 300);
  expect(links).toHaveLength(1);
  const [first, second] = placed;
  expect(links[0]?.path.startsWith(`M${first?.x} ${first?.y} Q`)).toBe(true);
  expect(links[0]?.path.endsWith(` ${second?.x} ${second?.y}`)).toBe(true);
});
