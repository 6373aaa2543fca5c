/** Several chats on one shard of the demo model at the same time. */
import { loadWeights, memoryPieceStore, parseManifest, planShard, type ShardRange } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import fc from "fast-check";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import reference from "../../../demo-model/reference.json" with { type: "json" };
import { feed, greedy, greedyAt } from "../../test/greedy.ts";
import { demoModelFolder } from "../../test/uncut-demo.ts";
import type { LocalRunner } from "../runner/local-runner.ts";
import type { SampleRequest } from "../shard-runner.ts";
import { openShardInNode } from "./open-shard-in-node.ts";

const manifestFolder = "packages/demo-model/manifests/swarm-demo-10m-q4";
const width = 256;

async function open(range: ShardRange): Promise<LocalRunner> {
  const manifest = parseManifest(JSON.parse(await readFile(`${manifestFolder}/manifest.json`, "utf8")));
  const plan = planShard(manifest, await readFile(`${manifestFolder}/skeleton.onnx`), range);
  return await openShardInNode({
    plan,
    weights: await loadWeights(plan, { source: folderSource(demoModelFolder), store: memoryPieceStore() }),
    kvTokens: 8192,
    knownAnswers: await readFile(`${manifestFolder}/known-answers.bin`),
  });
}

let whole: LocalRunner;
let middle: LocalRunner;
beforeAll(async () => {
  whole = await open({ from: 0, to: 12 });
  middle = await open({ from: 5, to: 6 });
});
afterAll(async () => {
  await whole.close();
  await middle.close();
});

const items = reference.items.toSorted((a, b) => a.prompt_ids.length - b.prompt_ids.length).slice(0, 6);

test("EN26 chats that go on at the same time get the reference's tokens", async () => {
  const answers = await Promise.all(
    items.map(async (item, i) => {
      const session = `chat ${i}`;
      await whole.openSession(session, item.prompt_ids.length + 64);
      const ask = { session, promptIds: item.prompt_ids, jobRows: 64, tokens: 64, stopTokens: [2] };
      const answer = await greedy(whole, ask);
      await whole.closeSession(session);
      return answer;
    }),
  );
  expect(answers).toEqual(items.map((item) => item.q4_onnx_cpu));
});

async function row(session: string, position: number, seed: number): Promise<Float32Array> {
  const values = Float32Array.from({ length: width }, (_, i) => Math.sin(i * 1.7 + seed * 31) * 2);
  const result = await middle.run({
    session,
    position,
    input: { kind: "hidden", dtype: "f32", count: 1, width, data: new Uint8Array(values.buffer) },
    wire: "f32",
    draw: null,
  });
  if (result.kind !== "hidden") throw new Error("no rows");
  return new Float32Array(result.data.buffer);
}

/** What happens to the sessions of one script, all at once or each after the other. */
interface Step {
  readonly session: string;
  readonly cutTo: number | null;
}

async function play(steps: readonly Step[], together: boolean): Promise<ReadonlyMap<string, Float32Array[]>> {
  const outputs = new Map<string, Float32Array[]>();
  const names = [...new Set(steps.map(({ session }) => session))];
  const one = async (session: string): Promise<void> => {
    const got: Float32Array[] = [];
    let length = 0;
    await middle.openSession(session, 64);
    for (const step of steps.filter((any) => any.session === session)) {
      if (step.cutTo === null) {
        got.push(await row(session, length, length + session.charCodeAt(0)));
        length += 1;
      } else {
        length = Math.min(length, step.cutTo);
        await middle.truncate(session, length);
      }
    }
    await middle.closeSession(session);
    outputs.set(session, got);
  };
  if (together) await Promise.all(names.map(one));
  else for (const name of names) await one(name);
  return outputs;
}

test("EN26 EN2 whoever else comes, goes, waits or is cut back, each session's rows are the same", async () => {
  const step: fc.Arbitrary<Step> = fc.record({
    session: fc.constantFrom("a", "b", "c", "d"),
    cutTo: fc.option(fc.nat(6), { freq: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
      const [alone, together] = [await play(steps, false), await play(steps, true)];
      for (const [session, rows] of alone) expect(together.get(session)).toEqual(rows);
    }),
    { numRuns: 30 },
  );
});

test("EN21 EN24 guesses verified in one run, and several tokens in one call, are the model's own next tokens", async () => {
  const [item] = items;
  if (item === undefined) throw new Error("the reference is empty");
  const prompt = item.prompt_ids;
  await whole.openSession("s", 200);
  for (const [temperature, repetitionPenalty] of [
    [0, 1],
    [0.8, 1],
    [1.2, 1.3],
  ] as const) {
    const sampleAt = (position: number, penalised: readonly number[]): SampleRequest => ({
      ...greedyAt(position),
      temperature,
      repetitionPenalty,
      seed: 11,
      penalised,
    });
    const draw = async (position: number, ids: readonly number[], request: { drafts?: number[]; more?: number }) => {
      const drafts = Int32Array.from(request.drafts ?? []);
      const from = ids.length - 1 - drafts.length;
      const drawn = plain.slice(0, position + from + 1 - prompt.length);
      const result = await whole.run({
        session: "s",
        position,
        input: { kind: "tokens", ids: Int32Array.from(ids) },
        wire: "f32",
        draw: { from, sample: sampleAt(position + from + 1, drawn), drafts, more: request.more ?? 0 },
      });
      return result.kind === "tokens" ? [...result.ids] : [];
    };
    const plain: number[] = [];
    await whole.truncate("s", 0);
    plain.push(...(await draw(0, prompt, {})));
    for (let i = 0; i < 8; i++) plain.push(...(await draw(prompt.length + i, plain.slice(i, i + 1), {})));

    await whole.truncate("s", 0);
    expect(await draw(0, prompt, { more: 8 })).toEqual(plain);

    await whole.truncate("s", prompt.length);
    const drafts = plain.slice(1, 8);
    expect(await draw(prompt.length, plain.slice(0, 8), { drafts })).toEqual(plain.slice(1));
    await whole.truncate("s", prompt.length);
    const wrong = drafts.with(3, (drafts[3] ?? 0) + 1);
    expect(await draw(prompt.length, [...plain.slice(0, 1), ...wrong], { drafts: wrong })).toEqual(plain.slice(1, 5));
  }
  await whole.closeSession("s");
});

test("EN26 a chat whose prompt comes while others go on joins them", async () => {
  const [first, second] = items;
  if (first === undefined || second === undefined) throw new Error("the reference is too short");
  await whole.openSession("a", 128);
  await whole.openSession("b", 128);
  const ids = [await feed(whole, "a", 0, first.prompt_ids, true)];
  const [next, other] = await Promise.all([
    feed(whole, "a", first.prompt_ids.length, [ids[0] ?? 0], true),
    feed(whole, "b", 0, second.prompt_ids, true),
  ]);
  const [third, fourth] = await Promise.all([
    feed(whole, "a", first.prompt_ids.length + 1, [next ?? 0], true),
    feed(whole, "b", second.prompt_ids.length, [other ?? 0], true),
  ]);
  await whole.closeSession("a");
  await whole.closeSession("b");
  expect([ids[0], next, third]).toEqual(first.q4_onnx_cpu.slice(0, 3));
  expect([other, fourth]).toEqual(second.q4_onnx_cpu.slice(0, 2));
});
