import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startHub, type HubServer } from "../../test/hub-server.ts";
import { manualClock } from "../../test/manual-clock.ts";
import { weightsPlan, type Place } from "../../test/weights-plan.ts";
import { cachedBytes } from "./cached-bytes.ts";
import { webDigest } from "./digest.ts";
import { httpSource } from "./http-source.ts";
import { LoadError } from "./load-error.ts";
import { loadSideFile } from "./load-side-file.ts";
import { loadWeights, type LoadWeightsOptions } from "./load-weights.ts";
import { memoryPieceStore } from "./memory-store.ts";
import type { PieceStore } from "./piece-store.ts";
import type { WeightsProgress } from "./progress-meter.ts";
import type { StoreError } from "./store-error.ts";
import type { StreamingSource } from "./streaming-source.ts";

const path = "onnx/model_q4.onnx_data";
/** No two kilobytes of it are alike. */
const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at ^ (at >> 8) ^ ((at >> 10) * 37)) & 255);
const files = { [path]: bytes };
const plan = weightsPlan(files, [
  { offset: 0, length: 30_500 },
  { offset: 31_000, length: 9000 },
  { offset: 60_000, length: 40_000 },
]);

let hub: HubServer;
let source: StreamingSource;
let store: PieceStore;
beforeEach(async () => {
  hub = await startHub(files);
  source = open();
  store = memoryPieceStore();
});
afterEach(() => hub.close());

/** Like a tab after a reload: nothing remembered but what the store holds. */
const open = (): StreamingSource => httpSource(hub.base, { clock: manualClock(), random: () => 0.5 });
const load = (options: Partial<LoadWeightsOptions> = {}): Promise<Uint8Array> =>
  loadWeights(plan, { source, store, ...options });
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b);
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => new Error("it worked"),
    (reason: unknown) => reason,
  );

describe("a good day", () => {
  test("MO28 MO32 every weight lands at its place, in few requests", async () => {
    expect(same(await load(), plan.expected)).toBe(true);
    // The gap of 500 bytes is read over, the one of 20,000 is not.
    expect(new Set(hub.answers.map((answer) => answer.range))).toEqual(new Set(["bytes=0-39999", "bytes=60000-99999"]));
    expect(await store.usage()).toMatchObject({ bytes: plan.weightBytes });
  });

  test("MO29 a second load takes nothing from the network", async () => {
    expect(await cachedBytes(plan, store)).toBe(0);
    await load();
    hub.forget();
    const seen: WeightsProgress[] = [];
    expect(same(await load({ source: open(), onProgress: (at) => seen.push(at) }), plan.expected)).toBe(true);
    expect([hub.answers, await cachedBytes(plan, store)]).toEqual([[], plan.weightBytes]);
    expect(seen.at(-1)).toMatchObject({
      doneBytes: plan.weightBytes,
      cachedBytes: plan.weightBytes,
      bytesPerSecond: 0,
    });
  });

  test("MO28 any plan over any places comes right, whatever the store holds already", async () => {
    const place = fc
      .tuple(fc.nat(bytes.length - 1), fc.nat(5000))
      .map(([offset, length]): Place => ({ offset, length: Math.min(length, bytes.length - offset) }));
    await fc.assert(
      fc.asyncProperty(fc.array(place, { maxLength: 6 }), fc.array(place, { maxLength: 3 }), async (first, then) => {
        const store = memoryPieceStore();
        const [one, two] = [weightsPlan(files, first, 700), weightsPlan(files, [...then, ...first], 700)];
        expect(same(await loadWeights(one, { source, store }), one.expected)).toBe(true);
        expect(same(await loadWeights(two, { source, store }), two.expected)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("MO33 progress counts bytes up to the total, and the last seconds' speed", async () => {
    const clock = manualClock();
    const seen: WeightsProgress[] = [];
    await load({
      now: () => {
        clock.advance(200);
        return clock.now();
      },
      onProgress: (at) => seen.push(at),
    });
    const done = seen.map((at) => at.doneBytes);
    expect([done[0], done.at(-1)]).toEqual([0, plan.weightBytes]);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.length).toBeGreaterThan(3);
    expect(seen.every((at) => at.totalBytes === plan.weightBytes && at.cachedBytes === 0)).toBe(true);
    expect(Math.max(...seen.map((at) => at.bytesPerSecond))).toBeGreaterThan(0);
  });

  test("MO36 a side file is checked and kept like weights", async () => {
    const sha256 = await webDigest(bytes);
    const file = { path, sizeBytes: bytes.length, sha256 };
    expect(same(await loadSideFile(file, { source, store }), bytes)).toBe(true);
    hub.forget();
    expect(same(await loadSideFile(file, { source, store }), bytes)).toBe(true);
    expect(hub.answers).toEqual([]);
    const other = { ...file, sha256: sha256.replaceAll(/./gu, "0") };
    expect(await failure(loadSideFile(other, { source, store }))).toMatchObject({ fault: "corrupt" });
  });
});

describe("never twice", () => {
  test("MO30 twins in a plan and tensors shared by shards come once", async () => {
    const shared = { offset: 5000, length: 4000 };
    const twins = weightsPlan(files, [shared, { offset: 20_000, length: 3000 }, shared]);
    expect(same(await loadWeights(twins, { source, store }), twins.expected)).toBe(true);
    expect(hub.bytesServed()).toBe(7000);
    const other = weightsPlan(files, [{ offset: 50_000, length: 100 }, shared]);
    expect(same(await loadWeights(other, { source, store }), other.expected)).toBe(true);
    expect(hub.bytesServed()).toBe(7100);
  });

  test("MO30 two loads at once fetch each byte once", async () => {
    const overlap = weightsPlan(files, [
      { offset: 60_000, length: 40_000 },
      { offset: 50_000, length: 2000 },
    ]);
    const [one, two] = await Promise.all([load(), loadWeights(overlap, { source: open(), store })]);
    expect([same(one, plan.expected), same(two, overlap.expected)]).toEqual([true, true]);
    expect(hub.bytesServed()).toBe(40_000 + 40_000 + 2000);
  });

  test("MO30 a load whose partner is stopped fetches the rest itself", async () => {
    hub.next({ kind: "stall", afterBytes: 2500 }, { kind: "stall", afterBytes: 2500 });
    const stop = new AbortController();
    const first = load({ signal: stop.signal });
    await hub.stalled(2);
    const second = load({ source: open() });
    stop.abort(new Error("Stop"));
    await expect(first).rejects.toThrow("Stop");
    expect(same(await second, plan.expected)).toBe(true);
  });
});

describe("damage", () => {
  test("MO28 a flipped bit is refused by file and range, twice looked at, not returned, not stored", async () => {
    hub.damage(path, 61_234);
    const error = await failure(load());
    expect(error).toBeInstanceOf(LoadError);
    expect(error).toMatchObject({ fault: "corrupt" });
    expect(String(error)).toContain(`${path}, bytes 61000–62000 ("tensor.2")`);
    expect(hub.answers.filter((answer) => answer.range === "bytes=61000-61999").length).toBe(1);
    const bad = await webDigest(
      Uint8Array.from(bytes.subarray(61_000, 62_000), (byte, at) => byte ^ (at === 234 ? 1 : 0)),
    );
    const wanted = plan.weights[2]?.tensor.pieces[1]?.sha256 ?? "";
    expect([await store.has(bad), await store.has(wanted)]).toEqual([false, false]);
  });

  test("MO28 a damaged cache on the way is looked behind", async () => {
    const modes: (RequestCache | undefined)[] = [];
    const watched: typeof fetch = (input, init) => {
      modes.push(init?.cache);
      return fetch(input, init);
    };
    hub.next({ kind: "flip", atByte: 10 });
    const source = httpSource(hub.base, { fetch: watched });
    expect(same(await load({ source }), plan.expected)).toBe(true);
    expect(modes).toEqual(["no-store", "no-store", "reload"]);
  });

  test("MO29 a stored piece that fails its hash is fetched again and mended", async () => {
    await load();
    const piece = plan.weights[0]?.tensor.pieces[3]?.sha256 ?? "";
    await store.delete(piece);
    await store.put(piece, new Uint8Array(1000));
    hub.forget();
    expect(same(await load(), plan.expected)).toBe(true);
    expect(hub.bytesServed()).toBe(1000);
    expect(same((await store.get(piece, 1000)) ?? new Uint8Array(), bytes.subarray(3000, 4000))).toBe(true);
  });
});

describe("bad days", () => {
  test("MO31 a load that failed goes on at the pieces that it had not finished", async () => {
    hub.next({ kind: "break", afterBytes: 12_345 }, { kind: "break", afterBytes: 23_456 });
    hub.always(path, { kind: "status", status: 503 });
    expect(await failure(load())).toMatchObject({ name: "SourceError", fault: "unreachable" });
    const kept = (await store.usage()).bytes;
    expect(kept).toBe(12_000 + 23_000);
    hub.mend();
    hub.forget();
    expect(same(await load({ source: open() }), plan.expected)).toBe(true);
    // What was missing, and the gap that is read over.
    expect(hub.bytesServed()).toBe(plan.weightBytes - kept + 500);
  });

  test("MO22 MO31 a connection that breaks is taken up where it ended", async () => {
    hub.next({ kind: "break", afterBytes: 12_345 }, { kind: "break", afterBytes: 23_456 });
    expect(same(await load(), plan.expected)).toBe(true);
    expect(hub.bytesServed()).toBe(80_000);
  });

  test("MO27 a full store is told once, and the load goes on", async () => {
    const told: StoreError[] = [];
    const small = memoryPieceStore({ limitBytes: 5000 });
    expect(same(await load({ store: small, onNotKept: (error) => told.push(error) }), plan.expected)).toBe(true);
    expect(told.map((error) => error.fault)).toEqual(["full"]);
    expect(await small.usage()).toEqual({ pieces: 5, bytes: 5000 });
  });

  test("MO34 a stopped load ends with the signal's reason, and nothing goes on", async () => {
    hub.next({ kind: "stall", afterBytes: 2500 }, { kind: "stall", afterBytes: 2500 });
    const stop = new AbortController();
    const loading = load({ signal: stop.signal });
    await hub.stalled(2);
    const reason = new Error("the person pressed Stop");
    stop.abort(reason);
    await expect(loading).rejects.toBe(reason);
    expect(hub.answers.length).toBe(2);
    await expect(load({ signal: stop.signal })).rejects.toBe(reason);
    expect(hub.answers.length).toBe(2);
  });

  test("MO35 a plan that contradicts itself, or is too large, is refused before anything is fetched", async () => {
    const [weight] = plan.weights;
    if (weight === undefined) throw new Error("the plan has weights");
    const broken = [
      { ...plan, weightBytes: 100 },
      { ...plan, manifest: { files: [] } },
      { ...plan, weights: [{ ...weight, at: -1 }] },
      { ...plan, weights: [{ at: 0, tensor: { ...weight.tensor, lengthBytes: 5 } }] },
      { ...plan, weights: [{ at: 0, tensor: { ...weight.tensor, offset: 99_000 } }] },
    ];
    for (const bad of broken)
      expect(await failure(loadWeights(bad, { source, store }))).toMatchObject({ fault: "bad-plan" });
    const huge = { ...plan, weightBytes: Number.MAX_SAFE_INTEGER };
    expect(await failure(loadWeights(huge, { source, store }))).toMatchObject({ fault: "too-large" });
    expect(hub.answers).toEqual([]);
  });
});
