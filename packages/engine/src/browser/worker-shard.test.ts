/** The page's side of a worker, against a worker that is a port in this process. */
import * as Comlink from "comlink";
import { expect, test } from "vitest";
import { EngineError } from "../shard-runner.ts";
import type { Timers } from "./silence-watch.ts";
import type { EngineWorkerApi, OpenedShard, Outcome } from "./worker-api.ts";
import { WorkerShard, type WorkerLike } from "./worker-shard.ts";

const facts: OpenedShard = {
  range: { from: 0, to: 1 },
  hasEmbedding: true,
  hasHead: false,
  hiddenSize: 2,
  vocabSize: 4,
  layerCount: 2,
  maxPositions: 8,
  activation: "f32",
  weightBytes: 0,
  kvBytesPerToken: 4,
  backend: "wasm",
};
const never = new Promise<never>(() => undefined);
const done: Outcome<void> = { ok: true, value: undefined };

/** Time that passes only when told to. */
class HandTimers implements Timers {
  readonly #waiting = new Map<object, { due: number; ring: () => void }>();
  #now = 0;
  after(ms: number, then: () => void): () => void {
    const key = {};
    this.#waiting.set(key, { due: this.#now + ms, ring: then });
    return () => this.#waiting.delete(key);
  }
  pass(ms: number): void {
    this.#now += ms;
    for (const [key, { due, ring }] of this.#waiting)
      if (due <= this.#now) {
        this.#waiting.delete(key);
        ring();
      }
  }
  get count(): number {
    return this.#waiting.size;
  }
}

async function openShard(change: Partial<EngineWorkerApi>) {
  const { port1: page, port2: inside } = new MessageChannel();
  const api: EngineWorkerApi = {
    open: async () => ({ ok: true, value: facts }),
    openSession: async () => done,
    run: () => never,
    copyPositions: async () => done,
    truncate: async () => done,
    closeSession: async () => done,
    close: async () => done,
    sabotage: () => undefined,
    ...change,
  };
  Comlink.expose(api, inside);
  page.start();
  const faults = new EventTarget();
  let terminated = 0;
  const worker: WorkerLike = {
    postMessage: page.postMessage.bind(page),
    addEventListener: (type: string, listener: EventListenerOrEventListenerObject) =>
      (type === "message" ? page : faults).addEventListener(type, listener),
    removeEventListener: (type: string, listener: EventListenerOrEventListenerObject) =>
      (type === "message" ? page : faults).removeEventListener(type, listener),
    terminate: () => {
      terminated += 1;
      page.close();
    },
  };
  const timers = new HandTimers();
  const shard = new WorkerShard({ worker, timers, silenceMs: 1000, onEvent: () => undefined });
  await shard.open({
    manifestUrl: "",
    range: facts.range,
    backend: "wasm",
    powerPreference: "high-performance",
    kvTokens: 8,
    runtimeUrls: {},
    maxChunk: 4,
  });
  return { shard, timers, faults, inside, terminations: () => terminated };
}

const job = {
  session: "s",
  position: 0,
  input: { kind: "tokens", ids: Int32Array.of(1) },
  wire: "f32",
  draw: null,
} as const;

test("EN14 an error event of the worker rejects what is pending and everything later", async () => {
  const { shard, faults, terminations } = await openShard({});
  const pending = [shard.run(job), shard.run(job)];
  faults.dispatchEvent(new Event("error"));
  for (const call of pending) await expect(call).rejects.toMatchObject({ fault: "worker-crashed" });
  await expect(shard.openSession("s", 1)).rejects.toMatchObject({ fault: "worker-crashed" });
  expect((await shard.gone).fault).toBe("worker-crashed");
  expect(terminations()).toBe(1);
});

test("EN14 a worker that reports a lost device is ended with that reason", async () => {
  const { shard, inside } = await openShard({});
  const pending = shard.run(job);
  inside.postMessage({ event: "gone", fault: "device-lost", message: "reset" }, []);
  await expect(pending).rejects.toMatchObject({ fault: "device-lost", message: "reset" });
  expect((await shard.gone).fault).toBe("device-lost");
});

test("EN15 a worker that stays silent while it owes an answer is ended", async () => {
  const { shard, timers } = await openShard({});
  const pending = shard.run(job);
  timers.pass(999);
  timers.pass(1);
  await expect(pending).rejects.toMatchObject({ fault: "worker-crashed" });
});

test("EN15 signs of life put the end off, and an idle worker may be silent", async () => {
  const { shard, timers, inside } = await openShard({});
  expect(timers.count).toBe(0);
  timers.pass(10_000);
  const pending = shard.run(job);
  timers.pass(900);
  inside.postMessage({ event: "alive" }, []);
  // Answered only after the message before it has been handled.
  await shard.openSession("s", 1);
  timers.pass(900);
  await shard.truncate("s", 0);
  expect(timers.count).toBe(1);
  timers.pass(1000);
  await expect(pending).rejects.toMatchObject({ fault: "worker-crashed" });
});

test("EN14 DN49 closing ends the worker in the middle of a run, and rejects what is pending as closed", async () => {
  const { shard, terminations } = await openShard({});
  const pending = shard.run(job);
  await Promise.all([expect(pending).rejects.toMatchObject({ fault: "closed" }), shard.close()]);
  expect(terminations()).toBe(1);
});

test("EN14 a refusal keeps its fault and its sentence on the way out of the worker, and ends nothing", async () => {
  const { shard } = await openShard({
    truncate: async () => ({ ok: false, fault: "position", message: "too short" }),
  });
  await expect(shard.truncate("s", 1)).rejects.toEqual(new EngineError("position", "too short"));
  await shard.openSession("s", 1);
  await shard.close();
});

test("EN14 a run leaves the caller's rows alone", async () => {
  const { shard } = await openShard({
    run: async () => ({
      ok: true,
      value: { kind: "filled", times: { waitUs: 0, computeUs: 0, readBackUs: 0, encodeUs: 0 } },
    }),
  });
  const log = new Uint8Array(64).fill(7);
  const data = log.subarray(8, 16);
  await shard.run({ ...job, input: { kind: "hidden", dtype: "f32", count: 1, width: 2, data } });
  expect([log.length, data.length, data[0]]).toEqual([64, 8, 7]);
  await shard.close();
});
