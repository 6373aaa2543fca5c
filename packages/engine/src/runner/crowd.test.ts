/** Several sessions on one shard: turns, company, faults. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { openSumRunner, rowsOf, sumJob, sumRows } from "../../test/sum-shard.ts";
import { Desk } from "./desk.ts";

async function openMany(together: boolean, sessions: readonly string[], kvTokens = 1000) {
  const { shard, runner } = openSumRunner({ together, kvTokens });
  for (const session of sessions) await runner.openSession(session, 40);
  let open = (): void => undefined;
  /** Runs wait from now on, until `open` is called. */
  const shut = (): void => {
    shard.gate = new Promise((resolve) => (open = resolve));
  };
  return { shard, runner, shut, open: () => open() };
}

test("EN25 a long prompt gives way to the others after each chunk", async () => {
  const { shard, runner, shut, open } = await openMany(false, ["long", "a", "b"]);
  shut();
  const order: string[] = [];
  const calls = [
    runner
      .run(
        sumJob(
          0,
          Array.from({ length: 12 }, () => 1),
          "long",
        ),
      )
      .then(() => order.push("long")),
    runner.run(sumJob(0, [1], "a")).then(() => order.push("a")),
    runner.run(sumJob(0, [1], "b")).then(() => order.push("b")),
    runner.run(sumJob(1, [1], "a")).then(() => order.push("a again")),
  ];
  open();
  await Promise.all(calls);
  expect(shard.ran).toEqual([[4], [1], [1], [4], [1], [4]]);
  expect(order).toEqual(["a", "b", "a again", "long"]);
});

test("EN26 single rows that wait at the same time run together, a chunk among them alone, and nobody waits for company", async () => {
  const { shard, runner, shut, open } = await openMany(true, ["a", "b", "c", "d"]);
  shut();
  const calls = [
    runner.run(sumJob(0, [1], "a")).then(rowsOf),
    runner.run(sumJob(0, [2], "b")).then(rowsOf),
    runner.run(sumJob(0, [3, 4], "c")).then(rowsOf),
    runner.run(sumJob(0, [5], "d")).then(rowsOf),
    runner.run(sumJob(1, [6], "b")).then(rowsOf),
  ];
  open();
  expect(await Promise.all(calls)).toEqual([[1], [2], [3, 7], [5], [8]]);
  expect(shard.ran).toEqual([[1, 1, 1], [2], [1]]);
});

test("EN26 sixteen rows run together at most, the oldest first", async () => {
  const names = Array.from({ length: 20 }, (_, i) => `chat ${i}`);
  const { shard, runner, shut, open } = await openMany(true, names);
  shut();
  const done: string[] = [];
  const calls = names.map((name) => runner.run(sumJob(0, [1], name)).then(() => done.push(name)));
  open();
  await Promise.all(calls);
  expect(shard.ran.map((counts) => counts.length)).toEqual([16, 4]);
  expect(done).toEqual(names);
});

test("EN26 a long session does not make short ones carry its padding", async () => {
  const { shard, open, shut } = await openMany(true, []);
  const desk = new Desk(shard, { now: () => 0 });
  const lengths = [200, 190, 1000, 210, 220];
  shut();
  const calls = lengths.map(async (length) => {
    const cache = await shard.openCache(2000);
    cache.rows = Array.from({ length }, () => 0);
    return await desk.run(cache, { position: length, count: 1, input: sumRows([1]), logitsFrom: null });
  });
  open();
  await Promise.all(calls);
  expect(shard.ran.map((counts) => counts.length)).toEqual([4, 1]);
});

test("EN27 not-a-number in one session's row fails that session alone", async () => {
  const { shard, runner, shut, open } = await openMany(true, ["a", "b", "c"]);
  await runner.run(sumJob(0, [1], "b"));
  shut();
  const calls = [
    runner.run(sumJob(0, [1], "a")),
    runner.run(sumJob(1, [Number.NaN], "b")),
    runner.run(sumJob(0, [3], "c")).then(rowsOf),
  ];
  open();
  await expect(calls[1]).rejects.toMatchObject({ fault: "not-a-number" });
  expect(await calls[2]).toEqual([3]);
  expect(shard.ran.at(-1)).toEqual([1, 1, 1]);
  expect(rowsOf(await runner.run(sumJob(1, [5], "b")))).toEqual([6]);
});

test("EN27 a run together that fails is tried again one by one, and only the culprit's call rejects", async () => {
  const { shard, runner, shut, open } = await openMany(true, ["a", "b", "c"]);
  await runner.run(sumJob(0, [1, 1, 1], "b"));
  shut();
  const calls = [
    runner.run(sumJob(0, [1], "a")),
    runner.run(sumJob(3, [1], "b")),
    runner.run(sumJob(0, [3], "c")).then(rowsOf),
  ];
  shard.failAfter = 3;
  open();
  await expect(calls[1]).rejects.toMatchObject({ fault: "out-of-memory" });
  expect(await calls[2]).toEqual([3]);
  shard.failAfter = Infinity;
  expect(rowsOf(await runner.run(sumJob(3, [5], "b")))).toEqual([8]);
});

test("EN7 a session that opens after one was closed finds its share free", async () => {
  const { runner, shut, open } = await openMany(false, ["a"], 40);
  shut();
  const calls = [runner.run(sumJob(0, [1], "a")), runner.closeSession("a"), runner.openSession("b", 40)];
  open();
  await Promise.all(calls);
  expect(rowsOf(await runner.run(sumJob(0, [2], "b")))).toEqual([2]);
});

test("EN1 EN7 sessions in any interleaving get what each would get alone", async () => {
  const step = fc.record({
    session: fc.constantFrom("a", "b", "c"),
    rows: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, together) => {
      const { runner } = await openMany(together, ["a", "b", "c"]);
      const fed = new Map<string, number[]>();
      const calls: Promise<number[]>[] = [];
      const wanted: number[][] = [];
      for (const { session, rows } of steps) {
        const before = fed.get(session) ?? [];
        if (before.length + rows.length > 40) continue;
        calls.push(runner.run(sumJob(before.length, rows, session)).then(rowsOf));
        const base = before.reduce((sum, row) => sum + row, 0);
        wanted.push(rows.map((_, i) => base + rows.slice(0, i + 1).reduce((sum, row) => sum + row, 0)));
        fed.set(session, [...before, ...rows]);
      }
      expect(await Promise.all(calls)).toEqual(wanted);
    }),
    { numRuns: 100 },
  );
});
