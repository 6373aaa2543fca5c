import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cpuMemory } from "./cpu-memory.ts";
import { type ProbedMemory, probeSteps } from "./probe-steps.ts";

const MiB = 2 ** 20;

/** Memory of so many bytes, in a time of its own. */
function madeMemory(freeBytes: number, msPerGrow: number, msPerMove = 10) {
  let nowMs = 0;
  let taken = 0;
  let most = 0;
  let freed = 0;
  const memory: ProbedMemory = {
    async grow(bytes) {
      nowMs += msPerGrow;
      if (taken + bytes > freeBytes) return false;
      taken += bytes;
      most = Math.max(most, taken);
      return true;
    },
    async move() {
      nowMs += msPerMove;
      return taken;
    },
    async free() {
      taken = 0;
      freed += 1;
    },
  };
  return { memory, nowMs: () => nowMs, taken: () => taken, most: () => most, freed: () => freed };
}

const { signal } = new AbortController();
const onProgress = (): void => undefined;

describe("probe", () => {
  test("DN44 it stops where memory ends, tells what held at once, and how fast it is", async () => {
    const made = madeMemory(300 * MiB, 1);
    const seen: number[] = [];
    const report = await probeSteps({
      ...made,
      mostBytes: 4096 * MiB,
      onProgress: ({ testedBytes }) => seen.push(testedBytes / MiB),
      signal,
    });
    expect(seen).toEqual([16, 48, 112, 240]);
    expect(report.testedBytes).toBe(240 * MiB);
    expect(report.memoryGBps).toBeCloseTo((240 * MiB) / 10 / 1e6);
    expect([made.taken(), made.freed()]).toEqual([0, 1]);
  });

  test("DN44 however slow or large the device, it ends within 3 s, within its bound, and leaves nothing taken", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 16_384 }),
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 8192 }),
        async (freeMiB, msPerGrow, msPerMove, mostMiB) => {
          const made = madeMemory(freeMiB * MiB, msPerGrow, msPerMove);
          const report = await probeSteps({ ...made, mostBytes: mostMiB * MiB, onProgress, signal });
          expect(report.testedBytes).toBeLessThanOrEqual(Math.min(freeMiB, mostMiB) * MiB);
          expect(report.ms).toBeLessThanOrEqual(3000 + msPerMove);
          expect([made.taken(), made.freed()]).toEqual([0, 1]);
        },
      ),
    );
  });

  test("DN44 called off or broken, it frees what it took", async () => {
    const made = madeMemory(1024 * MiB, 1);
    const stop = new AbortController();
    const called = probeSteps({ ...made, mostBytes: 4096 * MiB, onProgress: () => stop.abort(), signal: stop.signal });
    await expect(called).rejects.toThrow();
    expect([made.taken(), made.freed()]).toEqual([0, 1]);
    const broken = madeMemory(1024 * MiB, 1);
    broken.memory.move = () => Promise.reject(new Error("lost"));
    await expect(probeSteps({ ...broken, mostBytes: MiB, onProgress, signal })).rejects.toThrow("lost");
    expect(broken.freed()).toBe(1);
  });

  test("DN44 memory of the page is written, read back and freed; where there is no more, nothing of the step stays", async () => {
    const given: Uint8Array[] = [];
    const allocate = (bytes: number): Uint8Array => {
      if (given.length === 3) throw new RangeError("no more");
      const block = new Uint8Array(bytes);
      given.push(block);
      return block;
    };
    const memory = cpuMemory(allocate, async () => undefined);
    expect(await memory.grow(32 * MiB)).toBe(true);
    expect(given[1]?.[4096 * 5]).toBe(5);
    expect(await memory.grow(32 * MiB)).toBe(false);
    expect(await memory.move()).toBe(32 * MiB);
    await memory.free();
    expect(await memory.move()).toBe(0);
  });

  test("DN44 memory that forgets what is written counts as none", async () => {
    const forgets = (bytes: number): Uint8Array =>
      new Proxy(new Uint8Array(bytes), { set: () => true, get: (of, key) => (key === "length" ? of.length : 0) });
    expect(await cpuMemory(forgets, async () => undefined).grow(MiB)).toBe(false);
  });
});
