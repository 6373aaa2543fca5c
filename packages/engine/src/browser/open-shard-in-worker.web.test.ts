import { beforeAll, expect, test } from "vitest";
import reference from "../../../demo-model/reference.json" with { type: "json" };
import { feed, greedy } from "../../test/greedy.ts";
import { serveDemoManifest } from "../../test/serve-demo-manifest.ts";
import { deviceReport } from "./device-report.ts";
import { openShardInWorker } from "./open-shard-in-worker.ts";
import { loadRuntime } from "./runtime-build.ts";
import type { LoadProgress } from "./worker-api.ts";

const [item] = reference.items;
if (item === undefined) throw new Error("the reference is empty");
const whole = { from: 0, to: 12 };
let manifestUrl: string;
beforeAll(async () => {
  manifestUrl = (await serveDemoManifest()).url;
});

test("EN1 the whole model in a worker on the CPU gives the reference's tokens", async () => {
  const progress: LoadProgress[] = [];
  const shard = await openShardInWorker({
    manifestUrl,
    range: whole,
    backend: "wasm",
    kvTokens: 128,
    onProgress: (step) => progress.push(step),
  });
  await shard.openSession("s", 64);
  const answer = await greedy(shard, {
    session: "s",
    promptIds: item.prompt_ids,
    jobRows: 7,
    tokens: 64,
    stopTokens: [2],
  });
  await shard.close();
  expect(answer).toEqual(item.q4_onnx_cpu);
  expect(progress.at(-1)).toMatchObject({ stage: "check" });
  expect(shard.facts).toMatchObject({ hasEmbedding: true, hasHead: true, hiddenSize: 256, backend: "wasm" });
});

test("EN26 chats that go on at the same time in one worker get the reference's tokens", async () => {
  const shard = await openShardInWorker({ manifestUrl, range: whole, backend: "wasm", kvTokens: 512 });
  const items = reference.items.slice(0, 3);
  const answers = await Promise.all(
    items.map(async ({ prompt_ids: promptIds }, i) => {
      const session = `chat ${i}`;
      await shard.openSession(session, promptIds.length + 12);
      return await greedy(shard, { session, promptIds, jobRows: 64, tokens: 12, stopTokens: [2] });
    }),
  );
  await shard.close();
  expect(answers).toEqual(items.map((one) => one.q4_onnx_cpu.slice(0, 12)));
});

test("EN29 a prompt copied from another chat in a worker gets the reference's tokens", async () => {
  const shard = await openShardInWorker({ manifestUrl, range: whole, backend: "wasm", kvTokens: 128 });
  await shard.openSession("a", 64);
  await shard.openSession("b", 64);
  const beginning = item.prompt_ids.length - 1;
  const copied = Promise.all([
    feed(shard, "a", 0, item.prompt_ids, true),
    shard.copyPositions("a", "b", beginning),
    shard.closeSession("a"),
    feed(shard, "b", beginning, item.prompt_ids.slice(beginning), true),
  ]);
  const [first, , , second] = await copied;
  await shard.close();
  expect([first, second]).toEqual([item.q4_onnx_cpu[0], item.q4_onnx_cpu[0]]);
});

test.each(["cpu", "asyncify", "jspi"] as const)("EN17 the %s build comes from this origin", async (build) => {
  const { wasmPaths } = (await loadRuntime(build)).env.wasm;
  if (typeof wasmPaths !== "object" || wasmPaths.wasm === undefined) throw new Error("the default is a CDN");
  const url = new URL(wasmPaths.wasm);
  const start = await fetch(url, { headers: { range: "bytes=0-3" } });
  expect(url.origin).toBe(location.origin);
  expect([...new Uint8Array(await start.arrayBuffer()).subarray(0, 4)]).toEqual([0, 0x61, 0x73, 0x6d]);
});

test("EN14 a crash of the worker ends the shard", async () => {
  const shard = await openShardInWorker({ manifestUrl, range: { from: 3, to: 4 }, backend: "wasm", kvTokens: 16 });
  shard.sabotage("crash");
  expect((await shard.gone).fault).toBe("worker-crashed");
  await expect(shard.openSession("s", 4)).rejects.toMatchObject({ fault: "worker-crashed" });
});

test("EN15 a worker in an endless loop is ended", async () => {
  const shard = await openShardInWorker({
    manifestUrl,
    range: { from: 3, to: 4 },
    backend: "wasm",
    kvTokens: 16,
    silenceMs: 5_000,
  });
  shard.sabotage("freeze");
  await expect(shard.openSession("s", 4)).rejects.toMatchObject({ fault: "worker-crashed" });
});

test("EN14 a load that is given up ends with the signal's reason", async () => {
  const stop = new AbortController();
  const load = openShardInWorker({
    manifestUrl,
    range: whole,
    backend: "wasm",
    kvTokens: 16,
    signal: stop.signal,
    onProgress: () => stop.abort(new Error("enough")),
  });
  await expect(load).rejects.toThrow("enough");
});

test("EN14 a manifest that is not there fails the load with the place in the sentence", async () => {
  const load = openShardInWorker({
    manifestUrl: "/nowhere/manifest.json",
    range: whole,
    backend: "wasm",
    kvTokens: 16,
  });
  await expect(load).rejects.toMatchObject({
    fault: "weights-unreachable",
    message: expect.stringContaining("manifest.json"),
  });
});

test("EN14 on WebGPU in a worker a cut answers, and a lost device ends it", async () => {
  const shard = await openShardInWorker({
    manifestUrl,
    range: { from: 0, to: 1 },
    backend: "webgpu",
    kvTokens: 32,
    maxChunk: 8,
  });
  await shard.openSession("s", 16);
  await feed(shard, "s", 0, item.prompt_ids, false);
  const pending = feed(shard, "s", 10, [1], false);
  shard.sabotage("lose-device");
  await Promise.allSettled([pending]);
  expect((await shard.gone).fault).toBe("device-lost");
  await expect(feed(shard, "s", 11, [1], false)).rejects.toMatchObject({ fault: "device-lost" });
});

test("EN16 this test browser's simulated GPU is recognised, and used only when asked for", async () => {
  expect(await deviceReport()).toMatchObject({ backend: "wasm", why: { code: "no-webgpu" } });
  expect(await deviceReport("webgpu")).toMatchObject({ backend: "webgpu", f16: false, why: null });
});
