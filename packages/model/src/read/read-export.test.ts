import { fromBinary } from "@bufbuild/protobuf";
import { AttributeProto_AttributeType, type ModelProto, ModelProtoSchema } from "onnx-buf";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { demoSource } from "../../test/demo.ts";
import { tinyLlama } from "../../test/tiny-llama.ts";
import { GraphError } from "../shard/graph-error.ts";
import { encodeModel, externalTensor, intAttribute, node } from "../shard/onnx.ts";
import { type ByteSource, SourceError } from "./byte-source.ts";
import { memorySource } from "./memory-source.ts";
import { readExport } from "./read-export.ts";

const path = "onnx/model.onnx";
const tiny = tinyLlama({ dtype: "f32", shapesFrom: "tokens" });
let model: Uint8Array;
let others: Map<string, Uint8Array>;
beforeAll(async () => {
  const whole = async (name: string): Promise<Uint8Array> => tiny.read(name, 0, (await tiny.size(name)) ?? 0);
  model = await whole(path);
  others = new Map([["config.json", await whole("config.json")]]);
});

function withModel(bytes: Uint8Array, more: readonly (readonly [string, Uint8Array])[] = []): ByteSource {
  return memorySource(new Map([...others, [path, bytes], ...more]));
}

function changed(change: (graph: NonNullable<ModelProto["graph"]>, model: ModelProto) => void): ByteSource {
  const decoded = fromBinary(ModelProtoSchema, model);
  if (decoded.graph === undefined) throw new Error("no graph");
  change(decoded.graph, decoded);
  return withModel(encodeModel(decoded));
}

async function faultOf(source: ByteSource): Promise<{ readonly fault: string; readonly message: string }> {
  const error: unknown = await readExport(source, "fp32").then(
    () => new Error("it was read"),
    (e: unknown) => e,
  );
  if (error instanceof GraphError || error instanceof SourceError)
    return { fault: error.fault, message: error.message };
  throw error;
}

test("MO1 reading the demo model's graph leaves its weights alone", async () => {
  const source = demoSource("swarm-demo-10m");
  let readBytes = 0;
  const counting: ByteSource = {
    ...source,
    read: (file, offset, length, signal) => {
      if (file.endsWith(".onnx")) readBytes += length;
      return source.read(file, offset, length, signal);
    },
  };
  const { export: graph } = await readExport(counting, "q4");
  const weightBytes = graph.weights.reduce((sum, w) => sum + w.lengthBytes, 0);
  expect(weightBytes).toBeGreaterThan(10_000_000);
  expect(readBytes).toBeLessThan(5_000_000);
  // Every recorded range is the tensor's own bytes: the file decoded whole says the same.
  const bytes = await source.read("onnx/model_q4.onnx", 0, (await source.size("onnx/model_q4.onnx")) ?? 0);
  const raw = new Map(fromBinary(ModelProtoSchema, bytes).graph?.initializer.map((t) => [t.name, t.rawData]));
  for (const w of graph.weights) {
    const same =
      Buffer.compare(bytes.subarray(w.offset, w.offset + w.lengthBytes), raw.get(w.name) ?? new Uint8Array()) === 0;
    expect(same, w.name).toBe(true);
  }
});

test("MO2 a file cut short anywhere is refused, and nothing but a GraphError comes out", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: model.byteLength - 1 }), async (length) => {
      const { fault } = await faultOf(withModel(model.slice(0, length)));
      expect(["truncated", "damaged", "inputs", "layers"]).toContain(fault);
    }),
    { numRuns: 60 },
  );
  expect((await faultOf(withModel(model.slice(0, model.byteLength >> 1)))).message).toContain(path);
});

test("MO2 a file that ends right after its graph is seen to be cut short", async () => {
  const refused = await faultOf(changed((_, whole) => void whole.opsetImport.splice(0)));
  expect(refused.fault).toBe("truncated");
});

test("MO2 flipped and random bytes never crash the reader", async () => {
  const settles = async (bytes: Uint8Array): Promise<void> => {
    await readExport(withModel(bytes), "fp32").catch((error: unknown) => {
      if (!(error instanceof GraphError) && !(error instanceof SourceError)) throw error;
    });
  };
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: model.byteLength - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, flip) => {
        const bytes = model.slice();
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        await settles(bytes);
      },
    ),
    { numRuns: 100 },
  );
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), settles), { numRuns: 100 });
});

test.each([
  ["an offset beyond the file", "w.bin", 4000, undefined, "external-data"],
  ["a length that does not fit the shape", "w.bin", 0, 2000, "damaged"],
  ["a file that is not there", "other.bin", 0, undefined, "external-data"],
  ["a file outside the folder", "../../w.bin", 0, undefined, "external-data"],
  ["an absolute file", "/w.bin", 0, undefined, "external-data"],
  ["an offset that is no number", "w.bin", Number.NaN, undefined, "external-data"],
])("MO2 external data with %s is refused by tensor and file", async (_, location, offset, length, fault) => {
  const decoded = fromBinary(ModelProtoSchema, model);
  const graph = decoded.graph;
  const large = graph?.initializer.findIndex((t) => t.rawData.byteLength > 1024) ?? -1;
  const tensor = graph?.initializer[large];
  if (graph === undefined || tensor === undefined) throw new Error("no large tensor");
  const size = tensor.rawData.byteLength;
  graph.initializer[large] = externalTensor(tensor, location, offset, length ?? size);
  const refused = await faultOf(withModel(encodeModel(decoded), [["onnx/w.bin", new Uint8Array(size)]]));
  expect(refused.fault).toBe(fault);
  expect(refused.message).toContain(`"${tensor.name}"`);
});

test("MO2 a large tensor of numbers stored one by one is refused by name", async () => {
  const refused = await faultOf(
    changed((graph) => {
      const tensor = graph.initializer[0];
      if (tensor === undefined) return;
      tensor.rawData = new Uint8Array();
      tensor.dataType = 6;
      tensor.int32Data = Array<number>(40_000).fill(300);
    }),
  );
  expect(refused).toMatchObject({ fault: "typed-data", message: expect.stringContaining('"w0"') as string });
});

test("MO1 large packed float_data is located like raw data", async () => {
  const source = changed((graph) => {
    const tensor = graph.initializer[0];
    if (tensor === undefined) return;
    tensor.floatData = [...new Float32Array(tensor.rawData.slice().buffer)];
    tensor.rawData = new Uint8Array();
  });
  const read = await readExport(source, "fp32");
  const [before] = (await readExport(tiny, "fp32")).export.weights;
  const [after] = read.export.weights;
  expect(after?.name).toBe(before?.name);
  expect(await source.read(path, after?.offset ?? 0, after?.lengthBytes ?? 0)).toEqual(
    await tiny.read(path, before?.offset ?? 0, before?.lengthBytes ?? 0),
  );
});

test.each([
  ["an operator nobody knows", "Frobnicate", "", "unknown-operator"],
  ["an operator of another maker", "Add", "com.example", "unknown-operator"],
])("MO3 %s is refused by node", async (_, opType, domain, fault) => {
  const refused = await faultOf(
    changed((graph) => {
      const n = graph.node.find((m) => m.opType === "Softmax");
      if (n !== undefined) Object.assign(n, { opType, domain, name: "the-node" });
    }),
  );
  expect(refused.fault).toBe(fault);
  expect(refused.message).toContain(`"the-node"`);
});

test("MO3 a node with a graph of its own is refused by name", async () => {
  const refused = await faultOf(
    changed((graph) => {
      const then = node("If", ["c"], ["d"], {
        name: "the-if",
        attributes: [{ ...intAttribute("then_branch", 0), type: AttributeProto_AttributeType.GRAPH }],
      });
      graph.node.push(then);
    }),
  );
  expect(refused).toMatchObject({ fault: "subgraph", message: expect.stringContaining(`"the-if"`) as string });
});

test("MO3 an operator set that the engine does not run is refused", async () => {
  const refused = await faultOf(
    changed((_, whole) => {
      for (const set of whole.opsetImport) set.version = 99n;
    }),
  );
  expect(refused.fault).toBe("unknown-operator");
});

test("MO4 caches are found under other regular names, and node names do not matter", async () => {
  const rename = (name: string): string =>
    name
      .replace(/^past_key_values\.(\d+)\.(key|value)$/, "past_$2_self_$1")
      .replace(/^present\.(\d+)\.(key|value)$/, "present_$2_self_$1");
  const source = changed((graph) => {
    for (const info of [...graph.input, ...graph.output]) info.name = rename(info.name);
    for (const [i, n] of graph.node.entries()) {
      n.name = `/model/layers.${(i * 7) % 5}/decoy`;
      n.input = n.input.map(rename);
      n.output = n.output.map(rename);
    }
  });
  expect((await readExport(source, "fp32")).cuts).toEqual((await readExport(tiny, "fp32")).cuts);
});

test.each([
  [
    "an input without a place",
    (graph: NonNullable<ModelProto["graph"]>) => Object.assign(graph.input[2] ?? {}, { name: "pixel_values" }),
    "pixel_values",
  ],
  [
    "a cache without an output",
    (graph: NonNullable<ModelProto["graph"]>) => graph.output.splice(1, 1),
    "past_key_values.0.key",
  ],
])("MO4 %s is refused by name", async (_, change, words) => {
  const source = changed((graph) => {
    change(graph);
    for (const n of graph.node)
      n.input = n.input.map((name) => (name === "position_ids" && words === "pixel_values" ? words : name));
  });
  const refused = await faultOf(source);
  expect(["inputs", "layers"]).toContain(refused.fault);
  expect(refused.message).toContain(words);
});

test("MO5 a model with two residual streams is refused with the names of both", async () => {
  const source = tinyLlama({ dtype: "f32", shapesFrom: "tokens", twoStreams: true });
  const refused = await faultOf(source);
  expect(refused.fault).toBe("uncuttable");
  expect(refused.message).toMatch(/Between layers 0 and 1 more than one tensor.*: "t\d+", "t\d+"\./);
});

test("MO5 config.json and graph must agree on the width", async () => {
  others.set(
    "config.json",
    new TextEncoder().encode(JSON.stringify({ hidden_size: 48, vocab_size: 96, max_position_embeddings: 64 })),
  );
  const refused = await faultOf(withModel(model));
  expect(refused).toMatchObject({ fault: "config", message: expect.stringContaining("48") as string });
});
