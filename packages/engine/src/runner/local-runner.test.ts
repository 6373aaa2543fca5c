import fc from "fast-check";
import { expect, test } from "vitest";
import { openSumRunner, rowsOf, sumJob } from "../../test/sum-shard.ts";
import { EngineError } from "../shard-runner.ts";

test("EN3 a gap, a repetition, an unknown session and a full context change nothing", async () => {
  const { runner } = openSumRunner();
  await runner.openSession("s", 5);
  await runner.run(sumJob(0, [1, 2]));
  await expect(runner.run(sumJob(3, [1]))).rejects.toMatchObject({ fault: "position" });
  await expect(runner.run(sumJob(1, [1]))).rejects.toMatchObject({ fault: "position" });
  await expect(runner.run(sumJob(2, [1], "other"))).rejects.toMatchObject({ fault: "unknown-session" });
  await expect(runner.run(sumJob(2, [1, 1, 1, 1]))).rejects.toMatchObject({ fault: "context-full" });
  await expect(runner.truncate("s", 3)).rejects.toMatchObject({ fault: "position" });
  await expect(runner.openSession("s", 51)).rejects.toMatchObject({ fault: "context-full" });
  expect(rowsOf(await runner.run(sumJob(2, [4])))).toEqual([7]);
});

test("EN4 a failure in a later chunk takes back the earlier ones", async () => {
  const { runner, shard } = openSumRunner();
  await runner.openSession("s", 20);
  await runner.run(sumJob(0, [1]));
  shard.failAfter = 5;
  await expect(runner.run(sumJob(1, [1, 1, 1, 1, 1, 1]))).rejects.toMatchObject({ fault: "out-of-memory" });
  shard.failAfter = Infinity;
  expect(rowsOf(await runner.run(sumJob(1, [10])))).toEqual([11]);
});

test.each([Number.NaN, Infinity, -Infinity])(
  "EN5 a row that becomes %d fails the run and leaves the cache",
  async (bad) => {
    const { runner } = openSumRunner();
    await runner.openSession("s", 20);
    await runner.run(sumJob(0, [1]));
    await expect(runner.run(sumJob(1, [1, 1, 1, 1, 1, bad]))).rejects.toMatchObject({ fault: "not-a-number" });
    expect(rowsOf(await runner.run(sumJob(1, [1])))).toEqual([2]);
  },
);

test("EN5 a value beyond half precision's range fails a run that answers in half precision", async () => {
  const { runner } = openSumRunner();
  await runner.openSession("s", 20);
  await expect(runner.run({ ...sumJob(0, [70_000]), wire: "f16" })).rejects.toMatchObject({ fault: "not-a-number" });
  expect(rowsOf(await runner.run(sumJob(0, [70_000])))).toEqual([70_000]);
});

test("EN7 overlapping calls take effect one at a time, in order", async () => {
  const { runner } = openSumRunner();
  const results = await Promise.all([
    runner.openSession("s", 10),
    runner.run(sumJob(0, [1, 2])).then(rowsOf),
    runner.truncate("s", 1),
    runner.run(sumJob(1, [5])).then(rowsOf),
  ]);
  expect(results).toEqual([undefined, [1, 3], undefined, [6]]);
});

test("EN8 the budget holds over all sessions and is given back", async () => {
  const { runner, shard } = openSumRunner({ kvTokens: 30 });
  await runner.openSession("a", 20);
  await expect(runner.openSession("b", 11)).rejects.toMatchObject({ fault: "out-of-memory" });
  await runner.openSession("b", 10);
  await expect(runner.openSession("b", 11)).rejects.toMatchObject({ fault: "out-of-memory" });
  await runner.closeSession("a");
  await runner.closeSession("never opened");
  expect(shard.caches.map((cache) => cache.closed)).toEqual([true, false]);
  await runner.openSession("b", 30);
});

test("EN8 no order of opening, growing and closing exceeds or loses budget", async () => {
  const step = fc.record({ session: fc.constantFrom("a", "b", "c"), tokens: fc.integer({ min: 0, max: 30 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { runner, shard } = openSumRunner({ kvTokens: 40 });
      for (const { session, tokens } of steps) {
        if (tokens === 0) await runner.closeSession(session);
        else
          await runner
            .openSession(session, tokens)
            .catch((error: unknown) => expect(error).toBeInstanceOf(EngineError));
        const held = shard.caches.filter((cache) => !cache.closed).reduce((sum, cache) => sum + cache.capacity, 0);
        expect(held).toBeLessThanOrEqual(40);
      }
      for (const session of ["a", "b", "c"]) await runner.closeSession(session);
      await runner.openSession("all", 40);
    }),
    { numRuns: 200 },
  );
});

test("EN14 when the device is lost in the middle of a run, that run and all others reject", async () => {
  const { runner, shard } = openSumRunner();
  await runner.openSession("s", 10);
  shard.gate = new Promise(() => undefined);
  const pending = [runner.run(sumJob(0, [1])), runner.run(sumJob(1, [1])), runner.openSession("t", 5)];
  shard.lose(new EngineError("device-lost", "gone"));
  for (const call of pending) await expect(call).rejects.toMatchObject({ fault: "device-lost" });
  await expect(runner.truncate("s", 0)).rejects.toMatchObject({ fault: "device-lost" });
  expect((await runner.gone).fault).toBe("device-lost");
});

test("EN14 a closed shard says so", async () => {
  const { runner, shard } = openSumRunner();
  await runner.openSession("s", 10);
  await runner.close();
  expect((await runner.gone).fault).toBe("closed");
  await expect(runner.run(sumJob(0, [1]))).rejects.toMatchObject({ fault: "closed" });
  expect(shard.caches.every((cache) => cache.closed)).toBe(true);
});

test("EN19 rows of the wrong kind, width, size or dtype are refused whatever they hold", async () => {
  const { runner } = openSumRunner();
  await runner.openSession("s", 10);
  await expect(
    runner.run({ ...sumJob(0, [1]), input: { kind: "tokens", ids: Int32Array.of(1) } }),
  ).rejects.toMatchObject({
    fault: "internal",
  });
  const good = sumJob(0, [1, 2]).input;
  if (good.kind !== "hidden") throw new Error("no rows");
  for (const change of [{ width: 3 }, { count: 3 }, { count: 0 }, { count: 0.5 }, { dtype: "f16" as const }])
    await expect(runner.run({ ...sumJob(0, []), input: { ...good, ...change } })).rejects.toMatchObject({
      fault: "internal",
    });
  expect(rowsOf(await runner.run(sumJob(0, [1])))).toEqual([1]);
});
