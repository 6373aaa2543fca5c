/** Shards as planShard cuts them, on the CPU. */
import { loadWeights, memoryPieceStore, planShard, type ShardRange } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import { buildManifest, type BuiltManifest } from "@potluck/model/read";
import { afterAll, beforeAll, expect, test } from "vitest";
import reference from "../../../demo-model/reference.json" with { type: "json" };
import { greedyAt } from "../../test/greedy.ts";
import { demoModelFolder } from "../../test/uncut-demo.ts";
import type { LocalRunner } from "../runner/local-runner.ts";
import type { HiddenRows } from "../shard-runner.ts";
import { knownAnswersInNode } from "./known-answers-in-node.ts";
import { openShardInNode } from "./open-shard-in-node.ts";

const source = folderSource(demoModelFolder);
let built: BuiltManifest;
let shards: LocalRunner[];

const open = async (range: ShardRange, knownAnswers: Uint8Array | null = built.knownAnswers): Promise<LocalRunner> => {
  const plan = planShard(built.manifest, built.skeleton, range);
  const weights = await loadWeights(plan, { source, store: memoryPieceStore() });
  return await openShardInNode({ plan, weights, kvTokens: 512, knownAnswers });
};

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

/** One lap over the three shards, with the wire dtype between them. */
async function lap(session: string, position: number, ids: readonly number[], wire: "f32" | "f16"): Promise<number> {
  let input: { kind: "tokens"; ids: Int32Array } | ({ kind: "hidden" } & HiddenRows) = {
    kind: "tokens",
    ids: Int32Array.from(ids),
  };
  for (const shard of shards) {
    const result = await shard.run({ session, position, input, wire, sample: greedyAt(position + ids.length) });
    if (result.kind === "token") return result.id;
    if (result.kind === "filled") break;
    input = result;
  }
  throw new Error("no token came out of the last shard");
}

test.each(["f32", "f16"] as const)(
  "EN1 three shards with %s rows between them give the reference's tokens",
  async (wire) => {
    const item = reference.items[0];
    if (item === undefined) throw new Error("the reference is empty");
    await Promise.all(shards.map((shard) => shard.openSession(wire, 64)));
    const answer: number[] = [];
    let next = item.prompt_ids;
    let position = 0;
    while (answer.length < item.q4_onnx_cpu.length) {
      const id = await lap(wire, position, next, wire);
      position += next.length;
      next = [id];
      answer.push(id);
    }
    await Promise.all(shards.map((shard) => shard.closeSession(wire)));
    expect(answer).toEqual(item.q4_onnx_cpu);
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
  await expect(open({ from: 3, to: 9 }, new Uint8Array(wrong.buffer))).rejects.toMatchObject({ fault: "known-answer" });
  wrong[at] = Number.NaN;
  await expect(open({ from: 3, to: 9 }, new Uint8Array(wrong.buffer))).rejects.toMatchObject({ fault: "known-answer" });
  await expect(open({ from: 3, to: 9 }, built.knownAnswers.subarray(4))).rejects.toMatchObject({
    fault: "known-answer",
  });
});
