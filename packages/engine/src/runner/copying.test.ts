import { expect, test } from "vitest";
import { openSumRunner, rowsOf, sumJob } from "../../test/sum-shard.ts";
import { EngineError } from "../shard-runner.ts";

test("EN29 a copy goes on from the copied positions, and each session goes its own way", async () => {
  const { runner } = openSumRunner();
  await runner.openSession("a", 10);
  await runner.openSession("b", 10);
  await runner.run(sumJob(0, [1, 2, 4], "a"));
  await runner.copyPositions("a", "b", 2);
  expect(rowsOf(await runner.run(sumJob(2, [10], "b")))).toEqual([13]);
  expect(rowsOf(await runner.run(sumJob(3, [8], "a")))).toEqual([15]);
  await runner.closeSession("a");
  expect(rowsOf(await runner.run(sumJob(3, [1], "b")))).toEqual([14]);
});

test("EN29 EN7 a copy has its turn: what was asked of either before it counts, what comes after does not", async () => {
  const { runner, shard } = openSumRunner();
  let open: () => void = () => undefined;
  shard.gate = new Promise((resolve) => (open = resolve));
  const calls = [
    runner.openSession("a", 10),
    runner.openSession("b", 10),
    runner.run(sumJob(0, [1, 2], "a")),
    runner.run(sumJob(0, [100], "b")),
    runner.truncate("b", 0),
    runner.copyPositions("a", "b", 2),
    runner.truncate("a", 0),
    runner.run(sumJob(0, [50], "a")).then(rowsOf),
    runner.run(sumJob(2, [4], "b")).then(rowsOf),
    runner.closeSession("a"),
    runner.run(sumJob(3, [8], "b")).then(rowsOf),
  ];
  open();
  const results = await Promise.all(calls);
  expect([results[7], results[8], results[10]]).toEqual([[50], [7], [15]]);
});

test("EN29 copies in a circle do not wait for each other for ever", async () => {
  const { runner } = openSumRunner();
  for (const session of ["a", "b", "c"]) await runner.openSession(session, 10);
  await runner.run(sumJob(0, [1, 2], "a"));
  await Promise.all([
    runner.copyPositions("a", "b", 2),
    runner.copyPositions("b", "c", 1),
    runner.truncate("a", 0),
    runner.copyPositions("c", "a", 1),
  ]);
  expect(rowsOf(await runner.run(sumJob(1, [5], "a")))).toEqual([6]);
});

test("EN30 what can't be copied is refused by name and changes nothing", async () => {
  const { runner } = openSumRunner();
  await runner.openSession("a", 10);
  await runner.openSession("b", 2);
  await runner.run(sumJob(0, [1, 2, 4], "a"));
  await expect(runner.copyPositions("a", "other", 1)).rejects.toMatchObject({ fault: "unknown-session" });
  await expect(runner.copyPositions("other", "b", 1)).rejects.toMatchObject({ fault: "unknown-session" });
  for (const length of [4, -1, 0.5])
    await expect(runner.copyPositions("a", "b", length)).rejects.toMatchObject({ fault: "position" });
  await expect(runner.copyPositions("a", "b", 3)).rejects.toMatchObject({ fault: "context-full" });
  await expect(runner.copyPositions("a", "a", 1)).rejects.toMatchObject({ fault: "position" });
  await runner.copyPositions("a", "b", 0);
  expect(rowsOf(await runner.run(sumJob(0, [7], "b")))).toEqual([7]);
  await expect(runner.copyPositions("a", "b", 1)).rejects.toMatchObject({ fault: "position" });
  expect(rowsOf(await runner.run(sumJob(1, [1], "b")))).toEqual([8]);
  expect(rowsOf(await runner.run(sumJob(3, [8], "a")))).toEqual([15]);
});

test("EN30 a copy that the device has no room for leaves the session empty", async () => {
  const { runner, shard } = openSumRunner();
  await runner.openSession("a", 10);
  await runner.openSession("b", 10);
  await runner.run(sumJob(0, [1, 2], "a"));
  const [, taken] = shard.caches;
  if (taken === undefined) throw new Error("no cache");
  taken.noRoom = true;
  await expect(runner.copyPositions("a", "b", 2)).rejects.toMatchObject({ fault: "out-of-memory" });
  await expect(runner.run(sumJob(2, [1], "b"))).rejects.toMatchObject({ fault: "position" });
  taken.noRoom = false;
  await runner.copyPositions("a", "b", 2);
  expect(rowsOf(await runner.run(sumJob(2, [4], "b")))).toEqual([7]);
});

test("EN29 EN14 a copy that waits rejects when the device is lost", async () => {
  const { runner, shard } = openSumRunner();
  await runner.openSession("a", 10);
  await runner.openSession("b", 10);
  shard.gate = new Promise(() => undefined);
  const calls = [runner.run(sumJob(0, [1], "a")), runner.copyPositions("a", "b", 1)];
  shard.lose(new EngineError("device-lost", "gone"));
  for (const call of calls) await expect(call).rejects.toMatchObject({ fault: "device-lost" });
});
