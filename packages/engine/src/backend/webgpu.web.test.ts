/** The WebGPU backend on the software adapter, a second or so a layer stack: small cuts, and only two tokens of the whole. */
import { httpSource, loadWeights, memoryPieceStore, planShard, type ShardPlan, type ShardRange } from "@potluck/model";
import type { BuiltManifest } from "@potluck/model/read";
import { afterAll, beforeAll, expect, test } from "vitest";
import reference from "../../../demo-model/reference.json" with { type: "json" };
import { feed } from "../../test/greedy.ts";
import { serveDemoManifest } from "../../test/serve-demo-manifest.ts";
import { loadRuntime } from "../browser/runtime-build.ts";
import { largestError } from "../runner/check-known-answer.ts";
import { loadShard } from "../runner/load-shard.ts";
import type { LocalRunner } from "../runner/local-runner.ts";
import type { HiddenRows } from "../shard-runner.ts";
import type { Backend } from "./backend.ts";
import { requestGpu } from "./request-gpu.ts";
import { wasmBackend } from "./wasm.ts";
import { webGpuBackend } from "./webgpu.ts";

const now = (): number => performance.now();
const width = 256;
/** Between the CPU and the software adapter, relative to a row's size; 2e-6 was measured. */
const agreement = 1e-3;

let built: BuiltManifest;
let device: GPUDevice;
let gpu: Backend;
let cpu: Backend;
const ownLabels = /^(rows |past_key_values)/;
const live = new Set<string>();

beforeAll(async () => {
  ({ built } = await serveDemoManifest());
  device = await requestGpu(navigator.gpu);
  countOwnBuffers();
  gpu = webGpuBackend(await loadRuntime("asyncify"), { device, now, maxChunk: 8, weightsAsBlob: false });
  cpu = wasmBackend(await loadRuntime("cpu"), { now, maxChunk: 8 });
});
afterAll(() => gpu.close());

/** Keeps in `live` which of our buffers exist; the runtime makes its own on the same device. */
function countOwnBuffers(): void {
  const create = device.createBuffer.bind(device);
  let made = 0;
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    if (!ownLabels.test(descriptor.label ?? "")) return buffer;
    const name = `${descriptor.label} ${(made += 1)}`;
    live.add(name);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      live.delete(name);
      return destroy();
    };
    return buffer;
  };
}

async function open(backend: Backend, range: ShardRange, change: (plan: ShardPlan) => ShardPlan = (plan) => plan) {
  const plan = planShard(built.manifest, built.skeleton, range);
  const source = httpSource(new URL(built.manifest.source.base, location.href).href, { hub: false });
  return await loadShard({
    backend,
    plan: change(plan),
    weights: await loadWeights(plan, { source, store: memoryPieceStore() }),
    knownAnswers: built.knownAnswers,
    kvTokens: 256,
    now,
  });
}

/** Rows like those of a model in the middle: values of about one, the same for a seed. */
function rows(count: number, seed: number): HiddenRows {
  const values = Float32Array.from({ length: count * width }, (_, i) => Math.sin(i * 1.7 + seed * 31) * 2);
  return { dtype: "f32", count, width, data: new Uint8Array(values.buffer) };
}

async function run(shard: LocalRunner, session: string, position: number, input: HiddenRows): Promise<Float32Array> {
  const result = await shard.run({ session, position, input: { kind: "hidden", ...input }, wire: "f32", draw: null });
  if (result.kind !== "hidden") throw new Error("no hidden rows");
  return new Float32Array(result.data.buffer);
}

/** The same calls on any shard: chunks, several rows on a past, two sessions in turns, a truncation, a growth. */
async function script(shard: LocalRunner): Promise<Float32Array[]> {
  const outputs: Float32Array[] = [];
  await shard.openSession("a", 16);
  await shard.openSession("b", 24);
  outputs.push(await run(shard, "a", 0, rows(11, 1)));
  outputs.push(await run(shard, "b", 0, rows(3, 2)));
  outputs.push(await run(shard, "a", 11, rows(1, 3)));
  outputs.push(await run(shard, "b", 3, rows(4, 4)));
  await shard.truncate("a", 5);
  outputs.push(await run(shard, "a", 5, rows(2, 5)));
  await shard.openSession("a", 40);
  outputs.push(await run(shard, "a", 7, rows(2, 6)));
  await shard.truncate("b", 0);
  outputs.push(await run(shard, "b", 0, rows(1, 7)));
  await shard.closeSession("a");
  await shard.closeSession("b");
  return outputs;
}

function worstError(got: readonly Float32Array[], want: readonly Float32Array[]): number {
  return Math.max(...want.map((values, i) => largestError(got[i] ?? new Float32Array(0), values, width)));
}

test.each(["gqa", "plain"] as const)(
  "EN1 EN2 EN9 chunks, turns, truncation and growth come out as on the CPU (%s caches)",
  async (attention) => {
    const onCpu = await open(cpu, { from: 5, to: 6 });
    const onGpu = await open(gpu, { from: 5, to: 6 }, (plan) => ({
      ...plan,
      manifest: { ...plan.manifest, architecture: { ...plan.manifest.architecture, attention } },
    }));
    const error = worstError(await script(onGpu), await script(onCpu));
    await Promise.all([onCpu.close(), onGpu.close()]);
    expect(error).toBeLessThan(agreement);
  },
);

test("EN1 the build with JSPI, which reads the weights from a Blob, computes the same", async () => {
  const own = await requestGpu(navigator.gpu);
  const ort = await loadRuntime("jspi");
  const jspi = webGpuBackend(ort, { device: own, now, maxChunk: 8, weightsAsBlob: true });
  const onCpu = await open(cpu, { from: 5, to: 6 });
  const onGpu = await open(jspi, { from: 5, to: 6 });
  const input = rows(3, 1);
  const outputs: Float32Array[] = [];
  for (const shard of [onCpu, onGpu]) {
    await shard.openSession("s", 4);
    outputs.push(await run(shard, "s", 0, input));
    await shard.close();
  }
  jspi.close();
  expect(worstError(outputs.slice(1), outputs.slice(0, 1))).toBeLessThan(agreement);
});

test("EN26 EN2 EN18 rows of several sessions that run together come out as on the CPU, and their buffers go", async () => {
  const before = [...live];
  const sizes: number[] = [];
  /** Tells how many rows ran together. */
  const counting: Backend = {
    ...gpu,
    open: async (plan, weights) => {
      const shard = await gpu.open(plan, weights);
      const { runTogether } = shard;
      shard.runTogether = (runs) => {
        sizes.push(runs.length);
        return runTogether?.(runs) ?? Promise.reject(new Error("not together"));
      };
      return shard;
    },
  };
  const outputs: Float32Array[][] = [];
  for (const backend of [counting, cpu]) {
    const shard = await open(backend, { from: 5, to: 6 });
    const got: Float32Array[] = [];
    for (const session of ["a", "b", "c"]) await shard.openSession(session, 20);
    const all = async (...asked: readonly (readonly [string, number])[]): Promise<void> => {
      got.push(...(await Promise.all(asked.map(([session, at]) => run(shard, session, at, rows(1, at * 3 + 1))))));
    };
    await run(shard, "a", 0, rows(7, 1));
    await run(shard, "b", 0, rows(3, 2));
    await all(["a", 7], ["b", 3], ["c", 0]);
    // One waits, and its slot idles.
    await all(["a", 8], ["c", 1]);
    await shard.truncate("a", 5);
    got.push(await run(shard, "b", 4, rows(2, 5)));
    await all(["a", 5], ["b", 6], ["c", 2]);
    await shard.closeSession("b");
    await all(["a", 6]);
    await shard.close();
    outputs.push(got);
  }
  expect(sizes).toEqual([3, 2, 3]);
  expect(worstError(outputs[0] ?? [], outputs[1] ?? [])).toBeLessThan(agreement);
  expect([...live]).toEqual(before);
});

test.each(["gqa", "plain"] as const)(
  "EN29 EN18 positions copied on the GPU, out of a group too, are those that the CPU computes (%s caches)",
  async (attention) => {
    const before = [...live];
    const onGpu = await open(gpu, { from: 5, to: 6 }, (plan) => ({
      ...plan,
      manifest: { ...plan.manifest, architecture: { ...plan.manifest.architecture, attention } },
    }));
    const onCpu = await open(cpu, { from: 5, to: 6 });
    const outputs: Float32Array[][] = [];
    for (const shard of [onGpu, onCpu]) {
      for (const session of ["a", "b", "other"]) await shard.openSession(session, session === "b" ? 9 : 24);
      await run(shard, "a", 0, rows(7, 1));
      if (shard === onGpu) await shard.copyPositions("a", "b", 5);
      else await run(shard, "b", 0, { ...rows(7, 1), count: 5, data: rows(7, 1).data.slice(0, 5 * width * 4) });
      const first = [await run(shard, "b", 5, rows(2, 3)), await run(shard, "a", 7, rows(1, 4))];
      // From a slot of one group into one that has just left another.
      await Promise.all([run(shard, "a", 8, rows(1, 5)), run(shard, "b", 7, rows(1, 6))]);
      await shard.truncate("b", 0);
      if (shard === onGpu) await shard.copyPositions("a", "b", 7);
      else await run(shard, "b", 0, rows(7, 1));
      const going = [run(shard, "b", 7, rows(1, 7)), run(shard, "a", 9, rows(1, 8))];
      const second = await Promise.all(going);
      await shard.closeSession("a");
      outputs.push([...first, ...second, await run(shard, "b", 8, rows(1, 9))]);
      await shard.close();
    }
    expect(worstError(outputs[0] ?? [], outputs[1] ?? [])).toBeLessThan(agreement);
    expect([...live]).toEqual(before);
  },
);

test("EN5 EN4 not-a-number fails the run on the GPU and leaves the cache", async () => {
  const shard = await open(gpu, { from: 5, to: 6 });
  await shard.openSession("s", 16);
  const before = await run(shard, "s", 0, rows(2, 1));
  const bad = rows(2, 2);
  new Float32Array(bad.data.buffer)[width + 3] = Number.NaN;
  await expect(run(shard, "s", 2, bad)).rejects.toMatchObject({ fault: "not-a-number" });
  const after = await run(shard, "s", 2, rows(1, 3));
  await shard.truncate("s", 0);
  const again = [await run(shard, "s", 0, rows(2, 1)), await run(shard, "s", 2, rows(1, 3))];
  await shard.close();
  expect(again).toEqual([before, after]);
});

test("EN18 closing a session or a shard destroys its buffers", async () => {
  const before = [...live];
  const shard = await open(gpu, { from: 5, to: 6 });
  const ofShard = live.size;
  await shard.openSession("a", 8);
  await shard.openSession("a", 16);
  await shard.openSession("b", 8);
  // One layer: a key and a value each.
  expect(live.size).toBe(ofShard + 4);
  await shard.closeSession("a");
  expect(live.size).toBe(ofShard + 2);
  await shard.close();
  expect([...live]).toEqual(before);
});

test("EN8 a cache that the GPU has no room for is refused, and the shard goes on", async () => {
  const shard = await gpu.open(planShard(built.manifest, built.skeleton, { from: 5, to: 6 }), await weightsOf(5));
  await expect(shard.openCache(2 ** 40)).rejects.toMatchObject({ fault: "out-of-memory" });
  const cache = await shard.openCache(4);
  const values = new Float32Array(width).fill(1);
  const output = await shard.run(cache, { position: 0, count: 1, input: { kind: "hidden", values }, logitsFrom: null });
  await shard.close();
  expect(output.values).toHaveLength(width);
});

async function weightsOf(layer: number): Promise<Uint8Array> {
  const plan = planShard(built.manifest, built.skeleton, { from: layer, to: layer + 1 });
  const source = httpSource(new URL(built.manifest.source.base, location.href).href, { hub: false });
  return await loadWeights(plan, { source, store: memoryPieceStore() });
}

test("MO13 the head gives the logits of the asked rows, many, few or none, as on the CPU", async () => {
  const plan = planShard(built.manifest, built.skeleton, { from: 11, to: 12 });
  const values = new Float32Array(rows(5, 1).data.buffer);
  const outputs: Float32Array[][] = [];
  for (const backend of [cpu, gpu]) {
    const shard = await backend.open(plan, await weightsOf(11));
    const cache = await shard.openCache(5);
    const made: Float32Array[] = [];
    for (const logitsFrom of [4, 0, 3, null]) {
      const output = await shard.run(cache, { position: 0, count: 5, input: { kind: "hidden", values }, logitsFrom });
      await cache.truncate(0);
      made.push(output.values as Float32Array);
    }
    outputs.push(made);
    await shard.close();
  }
  const [onCpu = [], onGpu = []] = outputs;
  expect(onGpu.map((logits) => logits.length / 4096)).toEqual([1, 5, 2, 0]);
  for (const [i, logits] of onGpu.entries())
    expect(largestError(logits, onCpu[i] ?? new Float32Array(0), 4096)).toBeLessThan(agreement);
});

test("EN1 the whole model gives the reference's first tokens", async () => {
  const [item] = reference.items;
  if (item === undefined) throw new Error("the reference is empty");
  const shard = await open(gpu, { from: 0, to: 12 });
  await shard.openSession("s", 32);
  const first = await feed(shard, "s", 0, item.prompt_ids, true);
  const second = await feed(shard, "s", item.prompt_ids.length, [first ?? 0], true);
  await shard.close();
  expect([first, second]).toEqual(item.q4_onnx_cpu.slice(0, 2));
});
