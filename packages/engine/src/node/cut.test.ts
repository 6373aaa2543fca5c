/** Shards as planShard cuts them, on the CPU. */
import { loadWeights, memoryPieceStore, planShard, type ShardRange } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import { buildManifest, type BuiltManifest } from "@potluck/model/read";
import { afterAll, beforeAll, expect, test } from "vitest";
import reference from "../../../demo-model/reference.json" with { type: "json" };
import { greedyAt, lastRow } from "../../test/greedy.ts";
import { demoModelFolder } from "../../test/uncut-demo.ts";
import type { LocalRunner } from "../runner/local-runner.ts";
import type { HiddenRows } from "../shard-runner.ts";
import { knownAnswersInNode } from "./known-answers-in-node.ts";
import { openShardInNode } from "./open-shard-in-node.ts";

const source = folderSource(demoModelFolder);
let built: BuiltManifest;
let shards: LocalRunner[];

async function open(
  range: ShardRange,
  of: BuiltManifest = built,
  knownAnswers = of.knownAnswers,
): Promise<LocalRunner> {
  const plan = planShard(of.manifest, of.skeleton, range);
  const weights = await loadWeights(plan, { source, store: memoryPieceStore() });
  return await openShardInNode({ plan, weights, kvTokens: 512, knownAnswers });
}

beforeAll(async () => {
  built = await buildManifest(source, {
    dtype: "q4",
    repository: "swarm-demo-10m",
    revision: "local",
    base: "./",
    knownAnswers: (draft, skeleton, files) => knownAnswersInNode({ draft, skeleton, source: files }),
  });
  shards = await Promise.all(
    [
      { from: 0, to: 5 },
      { from: 5, to: 6 },
      { from: 6, to: 12 },
    ].map((range) => open(range)),
  );
});
afterAll(async () => {
  await Promise.all(shards.map((shard) => shard.close()));
});

/** One lap over the shards, with the wire dtype between them. */
async function lap(
  ring: readonly LocalRunner[],
  session: string,
  position: number,
  ids: readonly number[],
  wire: "f32" | "f16",
): Promise<number> {
  let input: { kind: "tokens"; ids: Int32Array } | ({ kind: "hidden" } & HiddenRows) = {
    kind: "tokens",
    ids: Int32Array.from(ids),
  };
  for (const shard of ring) {
    const draw = lastRow(ids.length, greedyAt(position + ids.length));
    const result = await shard.run({ session, position, input, wire, draw });
    if (result.kind === "tokens") return result.ids[0] ?? -1;
    if (result.kind === "filled") break;
    input = result;
  }
  throw new Error("no token came out of the last shard");
}

async function answer(
  ring: readonly LocalRunner[],
  wire: "f32" | "f16",
  promptIds: readonly number[],
  tokens: number,
): Promise<number[]> {
  await Promise.all(ring.map((shard) => shard.openSession(wire, promptIds.length + tokens)));
  const ids: number[] = [];
  let next = promptIds;
  let position = 0;
  while (ids.length < tokens) {
    const id = await lap(ring, wire, position, next, wire);
    position += next.length;
    next = [id];
    ids.push(id);
  }
  await Promise.all(ring.map((shard) => shard.closeSession(wire)));
  return ids;
}

test.each(["f32", "f16"] as const)(
  "EN1 three shards with %s rows between them give the reference's tokens",
  async (wire) => {
    const [item] = reference.items;
    if (item === undefined) throw new Error("the reference is empty");
    expect(await answer(shards, wire, item.prompt_ids, item.q4_onnx_cpu.length)).toEqual(item.q4_onnx_cpu);
  },
);

test("EN10 every part of the cut reproduces its known answer", async () => {
  for (const range of [
    { from: 0, to: 12 },
    { from: 0, to: 1 },
    { from: 3, to: 9 },
    { from: 11, to: 12 },
  ])
    await (await open(range)).close();
});

test("EN10 a shard whose output differs from the known answer is not opened", async () => {
  const wrong = new Float32Array(built.knownAnswers.slice().buffer);
  const { promptIds } = built.manifest.knownAnswers;
  const at = 9 * promptIds.length * built.manifest.architecture.hiddenSize + 5;
  wrong[at] = (wrong[at] ?? 0) + 5;
  await expect(open({ from: 3, to: 9 }, built, new Uint8Array(wrong.buffer))).rejects.toMatchObject({
    fault: "known-answer",
  });
  wrong[at] = Number.NaN;
  await expect(open({ from: 3, to: 9 }, built, new Uint8Array(wrong.buffer))).rejects.toMatchObject({
    fault: "known-answer",
  });
  await expect(open({ from: 3, to: 9 }, built, built.knownAnswers.subarray(4))).rejects.toMatchObject({
    fault: "known-answer",
  });
});

test("EN1 an f16 export gives the same tokens whole and in parts, with f16 rows between them", async () => {
  const f16 = await buildManifest(source, {
    dtype: "q4f16",
    repository: "swarm-demo-10m",
    revision: "local",
    base: "./",
    knownAnswers: (draft, skeleton, files) => knownAnswersInNode({ draft, skeleton, source: files }),
  });
  const whole = [await open({ from: 0, to: 12 }, f16)];
  const parts = [await open({ from: 0, to: 4 }, f16), await open({ from: 4, to: 12 }, f16)];
  const [item] = reference.items;
  if (item === undefined) throw new Error("the reference is empty");
  const answers = [await answer(whole, "f16", item.prompt_ids, 6), await answer(parts, "f16", item.prompt_ids, 6)];
  await Promise.all([...whole, ...parts].map((shard) => shard.close()));
  expect(whole[0]?.facts.activation).toBe("f16");
  expect(answers[1]).toEqual(answers[0]);
});
