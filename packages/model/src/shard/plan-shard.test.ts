import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ModelProto, ModelProtoSchema } from "onnx-buf";
import { beforeAll, expect, test } from "vitest";
import { demoSource, describeExport } from "../../test/demo.ts";
import type { BuiltManifest } from "../read/build-manifest.ts";
import { planPart, planShard } from "./plan-shard.ts";
import { kvBytesPerToken, shardWeightBytes } from "./shard-size.ts";

let built: BuiltManifest;
beforeAll(async () => {
  built = await describeExport(demoSource("swarm-demo-10m"), "q4");
});

const ranges = [
  { from: 0, to: 12 },
  { from: 0, to: 1 },
  { from: 3, to: 6 },
  { from: 11, to: 12 },
];

function graphOf(range: { from: number; to: number }): NonNullable<ModelProto["graph"]> {
  const { graph } = fromBinary(ModelProtoSchema, planShard(built.manifest, built.skeleton, range).graph);
  if (graph === undefined) throw new Error("no graph");
  return graph;
}

test.each(ranges)("MO12 layers $from to $to name each weight once, use it, and lay it out without overlap", (range) => {
  const plan = planShard(built.manifest, built.skeleton, range);
  const graph = graphOf(range);
  const used = new Set(graph.node.flatMap((n) => n.input));
  const names = graph.initializer.map((t) => t.name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !used.has(name))).toEqual([]);
  const external = graph.initializer.filter((t) => t.externalData.length > 0);
  expect(external.map((t) => t.name)).toEqual(plan.weights.map((w) => w.tensor.name));
  let end = 0;
  for (const [i, { tensor, at }] of plan.weights.entries()) {
    expect(at).toBeGreaterThanOrEqual(end);
    expect(Object.fromEntries((external[i]?.externalData ?? []).map((e) => [e.key, e.value]))).toEqual({
      location: plan.weightsPath,
      offset: String(at),
      length: String(tensor.lengthBytes),
    });
    end = at + tensor.lengthBytes;
  }
  expect(plan.weightBytes).toBe(end);
  expect(shardWeightBytes(built.manifest, range)).toBe(plan.weights.reduce((sum, w) => sum + w.tensor.lengthBytes, 0));
  expect(kvBytesPerToken(built.manifest, range)).toBe(plan.kvBytesPerToken);
  expect(plan.kvBytesPerToken).toBe((range.to - range.from) * 2 * 2 * 64 * 4);
});

test("MO12 tensors that halves share are counted by both halves and once by the whole", () => {
  const bytes = (from: number, to: number): number => shardWeightBytes(built.manifest, { from, to });
  const shared = built.manifest.shared.reduce(
    (sum, s) => sum + (built.manifest.tensors[s.tensor]?.lengthBytes ?? 0),
    0,
  );
  expect(shared).toBe(2 * 2048 * 32 * 4);
  expect(bytes(0, 6) + bytes(6, 12)).toBe(bytes(0, 12) + shared);
});

test("MO13 only the head has logits, of the rows asked for, in f32", () => {
  expect(planShard(built.manifest, built.skeleton, { from: 0, to: 11 }).io.output.kind).toBe("hidden");
  expect(planShard(built.manifest, built.skeleton, { from: 6, to: 12 }).io.output).toEqual({
    kind: "logits",
    name: "logits",
    rows: "potluck.rows",
  });
  const gathers = graphOf({ from: 6, to: 12 }).node.filter((n) => n.input[1] === "potluck.rows");
  expect(gathers).toHaveLength(2);
});

test.each(ranges)("MO43 layers $from to $to are told lengths instead of a mask", (range) => {
  const { io } = planShard(built.manifest, built.skeleton, range);
  const graph = graphOf(range);
  expect([io.attentionMask, io.lengths]).toEqual([
    null,
    { last: "potluck.last_positions", total: "potluck.total_length" },
  ]);
  const attention = graph.node.filter((n) => n.opType === "GroupQueryAttention");
  expect(attention).toHaveLength(range.to - range.from);
  for (const n of attention) expect(n.input.slice(5, 7)).toEqual(["potluck.last_positions", "potluck.total_length"]);
  expect(graph.node.filter((n) => ["ReduceSum", "Shape", "Sub", "Cast"].includes(n.opType))).toEqual([]);
});

test("MO43 a graph whose lengths are for something else too keeps its mask", () => {
  const model = fromBinary(ModelProtoSchema, built.skeleton);
  const attention = model.graph?.node.find((n) => n.opType === "GroupQueryAttention");
  const other = model.graph?.node.find((n) => n.opType === "Sigmoid");
  const [lengths] = attention?.input.slice(5) ?? [];
  if (lengths === undefined || other === undefined) throw new Error("the model is not what it was");
  other.input.push(lengths);
  const { io } = planShard(built.manifest, toBinary(ModelProtoSchema, model), { from: 0, to: 12 });
  expect([io.attentionMask, io.lengths]).toEqual(["attention_mask", null]);
});

test("MO14 every MatMulNBits states accuracy level 0", () => {
  const products = graphOf({ from: 0, to: 12 }).node.filter((n) => n.opType === "MatMulNBits");
  expect(products).toHaveLength(12 * 5 + 1);
  for (const n of products) {
    expect(n.attribute.filter((a) => a.name === "accuracy_level").map((a) => a.i)).toEqual([0n]);
  }
});

test("MO15 planning twice gives the same bytes", () => {
  for (const range of ranges) {
    const first = planShard(built.manifest, built.skeleton, range).graph;
    expect(planShard(built.manifest, built.skeleton.slice(), range).graph).toEqual(first);
  }
});

test.each([
  [{ from: 4, to: 4 }, "holds nothing"],
  [{ from: -1, to: 4 }, "no range"],
  [{ from: 8, to: 13 }, "no range"],
  [{ from: 1.5, to: 4 }, "no range"],
])("MO15 %o is refused", (range, words) => {
  expect(() => planShard(built.manifest, built.skeleton, range)).toThrow(words);
});

test("MO15 the ends can be planned alone", () => {
  const ends = [
    planPart(built.manifest, built.skeleton, { from: 0, to: 0, embedding: true, head: false }),
    planPart(built.manifest, built.skeleton, { from: 12, to: 12, embedding: false, head: true }),
  ];
  expect(ends.map((plan) => [plan.io.input.kind, plan.io.output.kind, plan.io.kv.length])).toEqual([
    ["tokens", "hidden", 0],
    ["hidden", "logits", 0],
  ]);
});

test("MO2 a skeleton that is no graph is refused", () => {
  expect(() => planShard(built.manifest, new Uint8Array([255, 1, 2]), { from: 0, to: 1 })).toThrow("skeleton");
});
