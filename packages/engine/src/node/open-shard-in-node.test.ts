import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import reference from "../../../demo-model/reference.json" with { type: "json" };
import { feed, greedy } from "../../test/greedy.ts";
import { demoModelFolder, uncutDemoPlan } from "../../test/uncut-demo.ts";
import type { LocalRunner } from "../runner/local-runner.ts";
import { openShardInNode } from "./open-shard-in-node.ts";

let runner: LocalRunner;
beforeAll(async () => {
  const graph = await readFile(`${demoModelFolder}/onnx/model_q4.onnx`);
  runner = await openShardInNode({
    plan: uncutDemoPlan(graph),
    weights: new Uint8Array(0),
    kvTokens: 4096,
    knownAnswers: null,
  });
});
afterAll(() => runner.close());

/** Short ones first: they cover as much and take less. */
const items = reference.items.toSorted(
  (a, b) => a.prompt_ids.length + a.q4_onnx_cpu.length - b.prompt_ids.length - b.q4_onnx_cpu.length,
);
const short = items.slice(0, 3);
const long = items.find((item) => item.prompt_ids.length > 70 && item.q4_onnx_cpu.length < 40);
if (long === undefined) throw new Error("the reference has no prompt of more than one chunk");

async function answer(item: (typeof items)[number], jobRows: number, session = `jobs of ${jobRows}`) {
  await runner.openSession(session, item.prompt_ids.length + 64);
  try {
    return await greedy(runner, { session, promptIds: item.prompt_ids, jobRows, tokens: 64, stopTokens: [2] });
  } finally {
    await runner.closeSession(session);
  }
}

test.each([1, 7, 64])("EN1 a prompt in jobs of %i rows gives the reference's tokens", async (jobRows) => {
  for (const item of short) expect(await answer(item, jobRows)).toEqual(item.q4_onnx_cpu);
});

test("EN1 one job larger than a chunk gives the reference's tokens", async () => {
  expect(await answer(long, 10_000)).toEqual(long.q4_onnx_cpu);
});

test("EN1 sessions that take turns do not see each other", async () => {
  const answers = await Promise.all(short.map((item, i) => answer(item, 7, `chat ${i}`)));
  expect(answers).toEqual(short.map((item) => item.q4_onnx_cpu));
});

test("EN2 positions forgotten by a truncation leave no trace", async () => {
  const item = short[1] ?? long;
  await runner.openSession("cut", 256);
  const half = Math.floor(item.prompt_ids.length / 2);
  await feed(runner, "cut", 0, item.prompt_ids.slice(0, half), false);
  await feed(runner, "cut", half, long.prompt_ids.slice(0, 30), true);
  await runner.truncate("cut", half);
  const first = await feed(runner, "cut", half, item.prompt_ids.slice(half), true);
  await runner.truncate("cut", 0);
  const again = await greedy(runner, {
    session: "cut",
    promptIds: item.prompt_ids,
    jobRows: 64,
    tokens: 64,
    stopTokens: [2],
  });
  await runner.closeSession("cut");
  expect([first, again]).toEqual([item.q4_onnx_cpu[0], item.q4_onnx_cpu]);
});

test("EN9 a session that grows in mid-answer goes on as if nothing had happened", async () => {
  const item = short[0] ?? long;
  await runner.openSession("small", item.prompt_ids.length);
  const first = await feed(runner, "small", 0, item.prompt_ids, true);
  await expect(feed(runner, "small", item.prompt_ids.length, [first ?? 0], true)).rejects.toMatchObject({
    fault: "context-full",
  });
  await runner.openSession("small", item.prompt_ids.length + 1);
  const second = await feed(runner, "small", item.prompt_ids.length, [first ?? 0], true);
  await runner.closeSession("small");
  expect([first, second]).toEqual(item.q4_onnx_cpu.slice(0, 2));
});
