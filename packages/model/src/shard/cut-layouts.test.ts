import { create, fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoSource, describeExport, openShard, openUncut, referenceItems, tile } from "../../test/demo.ts";
import { greedyTokens, type RunningGraph } from "../../test/run-graph.ts";
import { memorySource } from "../read/memory-source.ts";
import type { ByteSource } from "../read/byte-source.ts";
import { encodeModel, externalTensor } from "./onnx.ts";
import { planShard } from "./plan-shard.ts";

let promptIds: readonly number[];
beforeAll(async () => {
  promptIds = (await referenceItems())[0]?.prompt_ids ?? [];
});
const opened: RunningGraph[] = [];
afterAll(async () => {
  for (const graph of opened) await graph.close();
});

/** The q4 export saved again with its large tensors in `onnx/model_q4.onnx_data`. */
async function movedOut(source: ByteSource): Promise<ByteSource> {
  const whole = async (path: string): Promise<Uint8Array> => source.read(path, 0, (await source.size(path)) ?? 0);
  const model = fromBinary(ModelProtoSchema, await whole("onnx/model_q4.onnx"));
  const graph = model.graph ?? create(ModelProtoSchema, { graph: {} }).graph;
  const parts: Uint8Array[] = [];
  let end = 0;
  if (graph === undefined) throw new Error("no graph");
  graph.initializer = graph.initializer.map((t) => {
    if (t.rawData.byteLength <= 1024) return t;
    parts.push(t.rawData);
    end += t.rawData.byteLength;
    return externalTensor(t, "model_q4.onnx_data", end - t.rawData.byteLength, t.rawData.byteLength);
  });
  return memorySource(
    new Map([
      ["onnx/model_q4.onnx", encodeModel(model)],
      ["onnx/model_q4.onnx_data", new Uint8Array(Buffer.concat(parts))],
      ["config.json", await whole("config.json")],
      ["tokenizer.json", await whole("tokenizer.json")],
    ]),
  );
}

test("MO8 weights inside the file and outside give the same pieces and the same shards", async () => {
  const inside = await describeExport(demoSource("swarm-demo-10m"), "q4");
  const outside = await describeExport(await movedOut(demoSource("swarm-demo-10m")), "q4");
  expect(outside.manifest.files.map((f) => f.path)).toEqual(["onnx/model_q4.onnx_data"]);
  const pieces = (built: typeof inside) =>
    new Map(built.manifest.tensors.map((t) => [t.name, t.pieces] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
  expect(pieces(outside)).toEqual(pieces(inside));
  for (const range of tile(12, 3)) {
    const [a, b] = [inside, outside].map((built) => planShard(built.manifest, built.skeleton, range));
    expect(b?.graph).toEqual(a?.graph);
    expect(b?.weights.map((w) => [w.tensor.name, w.at])).toEqual(a?.weights.map((w) => [w.tensor.name, w.at]));
  }
});

test.each([
  { name: "swarm-demo-10m", dtype: "q4f16", layers: 12 },
  { name: "swarm-demo-draft-1m", dtype: "q4", layers: 3 },
  { name: "swarm-demo-draft-1m", dtype: "q4f16", layers: 3 },
] as const)("MO7 MO8 $name $dtype, cut into 3, gives the uncut graph's tokens", async ({ name, dtype, layers }) => {
  const source = demoSource(name);
  const built = await describeExport(source, dtype);
  const uncut = await openUncut(built, source, `onnx/model_${dtype}.onnx`);
  opened.push(uncut);
  const chain: RunningGraph[] = [];
  for (const range of tile(layers, 3)) chain.push(await openShard(built, source, range));
  opened.push(...chain);
  expect(await greedyTokens(chain, promptIds, 8)).toEqual(await greedyTokens([uncut], promptIds, 8));
});
