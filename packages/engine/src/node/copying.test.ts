/** Positions of one chat copied into another, on the demo model: the same tokens, and the same hidden rows to the bit. */
import {
  loadWeights,
  memoryPieceStore,
  parseManifest,
  planShard,
  type ShardPlan,
  type ShardRange,
} from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import reference from "../../../demo-model/reference.json" with { type: "json" };
import { feed } from "../../test/greedy.ts";
import { demoModelFolder } from "../../test/uncut-demo.ts";
import type { LocalRunner } from "../runner/local-runner.ts";
import { openShardInNode } from "./open-shard-in-node.ts";

const manifestFolder = "packages/demo-model/manifests/swarm-demo-10m-q4";
const width = 256;

async function open(range: ShardRange, change: (plan: ShardPlan) => ShardPlan = (plan) => plan): Promise<LocalRunner> {
  const manifest = parseManifest(JSON.parse(await readFile(`${manifestFolder}/manifest.json`, "utf8")));
  const plan = planShard(manifest, await readFile(`${manifestFolder}/skeleton.onnx`), range);
  return await openShardInNode({
    plan: change(plan),
    weights: await loadWeights(plan, { source: folderSource(demoModelFolder), store: memoryPieceStore() }),
    kvTokens: 1024,
    knownAnswers: await readFile(`${manifestFolder}/known-answers.bin`),
  });
}

test("EN29 after a copy of its prompt a chat gets the reference's tokens, while the first one goes on elsewhere", async () => {
  const whole = await open({ from: 0, to: 12 });
  const [item] = reference.items;
  if (item === undefined) throw new Error("the reference is empty");
  const beginning = item.prompt_ids.length - 1;
  await whole.openSession("a", 128);
  await whole.openSession("b", 128);
  await feed(whole, "a", 0, item.prompt_ids, false);
  await whole.copyPositions("a", "b", beginning);
  await whole.truncate("a", 2);
  await feed(whole, "a", 2, [5, 6, 7], false);
  const tokens: (number | null)[] = [await feed(whole, "b", beginning, item.prompt_ids.slice(beginning), true)];
  for (let i = 0; i < 9; i++) tokens.push(await feed(whole, "b", item.prompt_ids.length + i, [tokens[i] ?? 0], true));
  await whole.close();
  expect(tokens).toEqual(item.q4_onnx_cpu.slice(0, 10));
});

async function run(shard: LocalRunner, session: string, position: number, count: number, seed: number) {
  const values = Float32Array.from({ length: count * width }, (_, i) => Math.sin(i * 1.7 + seed * 31) * 2);
  const input = { kind: "hidden", dtype: "f32", count, width, data: new Uint8Array(values.buffer) } as const;
  const result = await shard.run({ session, position, input, wire: "f32", draw: null });
  if (result.kind !== "hidden") throw new Error("no rows");
  return new Float32Array(result.data.buffer);
}

/** How the session to copy from came to the eight positions of seeds 1 and 2, or to more of them. */
const pasts: readonly (readonly [string, (shard: LocalRunner) => Promise<void>])[] = [
  ["just as many", async () => undefined],
  [
    "more",
    async (shard) => {
      await run(shard, "a", 8, 4, 9);
    },
  ],
  [
    "forgotten ones behind them",
    async (shard) => {
      await run(shard, "a", 8, 4, 9);
      await shard.truncate("a", 8);
    },
  ],
  [
    "a group's slot",
    async (shard) => {
      await Promise.all([run(shard, "a", 8, 1, 9), run(shard, "other", 0, 1, 3)]);
    },
  ],
  [
    "a group's slot, some of it forgotten",
    async (shard) => {
      await Promise.all([run(shard, "a", 8, 1, 9), run(shard, "other", 0, 1, 3)]);
      await shard.truncate("a", 8);
    },
  ],
];

test.each(["gqa", "plain"] as const)(
  "EN29 the rows after a copy are those of a session that computed them itself, bit for bit (%s caches)",
  async (attention) => {
    const shard = await open({ from: 5, to: 6 }, (plan) => ({
      ...plan,
      manifest: { ...plan.manifest, architecture: { ...plan.manifest.architecture, attention } },
    }));
    const eight = async (session: string): Promise<void> => {
      await run(shard, session, 0, 5, 1);
      await run(shard, session, 5, 3, 2);
    };
    for (const session of ["own", "a", "b", "other"]) await shard.openSession(session, 32);
    await eight("own");
    const own = [await run(shard, "own", 8, 1, 4), await run(shard, "own", 9, 3, 5)];
    for (const [past, come] of pasts) {
      for (const session of ["a", "b", "other"]) await shard.truncate(session, 0);
      await eight("a");
      // What the other one held before, in tensors of its own or in a group, is not in the way.
      await Promise.all([run(shard, "b", 0, 1, 6), run(shard, "other", 0, 1, 6)]);
      await shard.truncate("b", 0);
      await shard.truncate("other", 0);
      await come(shard);
      await shard.copyPositions("a", "b", 8);
      const going = run(shard, "a", past === "more" ? 12 : past === "a group's slot" ? 9 : 8, 1, 7);
      const [first] = await Promise.all([run(shard, "b", 8, 1, 4), going]);
      await shard.closeSession("a");
      await shard.openSession("a", 32);
      expect([first, await run(shard, "b", 9, 3, 5)], past).toEqual(own);
    }
    await shard.close();
  },
  60_000,
);
