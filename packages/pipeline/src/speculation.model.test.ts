/** Guesses on the demo model itself, cut in two, with its draft model: the tokens are those of the model alone. */
import { readFile } from "node:fs/promises";
import { demoModels } from "@potluck/demo-model";
import type { SampleRequest, ShardRunner } from "@potluck/engine";
import { openShardInNode } from "@potluck/engine/node";
import { ManualClock } from "@potluck/link";
import { loadWeights, memoryPieceStore, parseManifest, planShard } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import type { Sampling } from "@potluck/protocol";
import { createTextModel, type TextModel } from "@potluck/text";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHopHost } from "./hop/hop-host.ts";
import { createTestNet, type TestNet } from "./testing/test-net.ts";

const big = "swarm-demo-10m-q4";
const small = "swarm-demo-draft-1m-q4";
const layerCount = 12;
const answerTokens = 24;

async function openPart(id: string, range: { from: number; to: number }): Promise<ShardRunner> {
  const found = demoModels().find((each) => each.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  const manifest = parseManifest(JSON.parse(await readFile(`${found.manifestDir}/manifest.json`, "utf8")));
  const skeleton = await readFile(`${found.manifestDir}/skeleton.onnx`);
  const plan = planShard(manifest, skeleton, range);
  const weights = await loadWeights(plan, { source: folderSource(found.sourceDir), store: memoryPieceStore() });
  return await openShardInNode({ plan, weights, kvTokens: 4096, knownAnswers: null });
}

async function openText(): Promise<TextModel> {
  const folder = demoModels().find(({ id }) => id === big)?.sourceDir ?? "";
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(`${folder}/${name}`, "utf8"));
  return createTextModel({
    tokenizer: await json("tokenizer.json"),
    tokenizerConfig: await json("tokenizer_config.json"),
    generationConfig: await json("generation_config.json"),
  });
}

const names = ["Ada", "Bruno", "Chen", "Dora", "Emil", "Fatima", "Goran", "Hana", "Ivo", "June"];
const things = ["cat", "river", "lamp", "garden", "train", "cloud", "violin", "bridge", "apple", "storm"];
const places = ["France", "Japan", "Kenya", "Peru", "Norway", "Egypt", "Canada", "India", "Chile", "Poland"];

/** Two hundred prompts of the kinds that the demo model knows, and of kinds that it does not. */
function questions(): string[] {
  const kinds: ((i: number) => string)[] = [
    (i) => `What is the capital of ${places[i % 10]}?`,
    (i) => `What is ${(i * 7) % 50} + ${(i * 13) % 40}?`,
    (i) => `Tell me a story about a ${things[i % 10]}.`,
    (i) => `My name is ${names[i % 10]}. What is my name?`,
    (i) => `Repeat after me: ${things[i % 10]} ${names[(i * 3) % 10]} ${things[(i + 4) % 10]} ${things[(i + 1) % 10]}`,
    (i) => `Spell the word ${things[i % 10]}.`,
    (i) => `Count from ${i % 9} to ${(i % 9) + 9}.`,
    (i) => `Write a poem about the ${things[i % 10]} of ${names[(i + 5) % 10]}.`,
    (i) => `Which is larger, ${(i * 31) % 90} or ${(i * 17) % 90}?`,
    (i) => `Why do ${things[i % 10]}s dream of ${places[(i * 7) % 10]} on a ${things[(i + 2) % 10]}?`,
  ];
  return Array.from({ length: 200 }, (_, i) => kinds[i % kinds.length]?.(Math.floor(i / kinds.length) + i) ?? "");
}

function settings(temperature: number, repetitionPenalty: number): Sampling {
  return { temperature, topK: 40, topP: 0.95, minP: 0, repetitionPenalty, seed: 11 };
}

describe("the demo model in two tabs with its draft model", () => {
  let text: TextModel;
  let whole: ShardRunner;
  let halves: ShardRunner[];
  let draft: ShardRunner;
  let net: TestNet;

  beforeAll(async () => {
    text = await openText();
    whole = await openPart(big, { from: 0, to: layerCount });
    halves = [await openPart(big, { from: 0, to: 6 }), await openPart(big, { from: 6, to: layerCount })];
    draft = await openPart(small, { from: 0, to: 3 });
    net = createTestNet(new ManualClock());
  }, 120_000);
  afterAll(async () => {
    await Promise.all([whole, ...halves, draft].map((runner) => runner.close()));
  });

  /** One token at a time on the uncut model. */
  async function plain(promptIds: readonly number[], sampling: Sampling): Promise<number[]> {
    await whole.openSession("plain", promptIds.length + answerTokens);
    const ids: number[] = [];
    let next = promptIds;
    let position = 0;
    while (ids.length < answerTokens) {
      const penalised = sampling.repetitionPenalty === 1 ? [] : [...promptIds, ...ids];
      const sample: SampleRequest = { ...sampling, position: position + next.length, penalised };
      const result = await whole.run({
        session: "plain",
        position,
        input: { kind: "tokens", ids: Int32Array.from(next) },
        wire: "f32",
        draw: { from: next.length - 1, sample, drafts: new Int32Array(0) },
      });
      if (result.kind !== "tokens") throw new Error("no token");
      const [id = -1] = result.ids;
      ids.push(id);
      position += next.length;
      next = [id];
      if (text.stopTokens.includes(id)) break;
    }
    await whole.closeSession("plain");
    return ids;
  }

  async function guessed(promptIds: readonly number[], sampling: Sampling): Promise<{ ids: number[]; hits: number }> {
    const clock = new ManualClock();
    const hops = halves.map((runner, i) => {
      const tab = net.tab();
      const draftRunner = (): ShardRunner | null => (i === 0 ? draft : null);
      const host = createHopHost({ runner, peers: tab.peers, clock, drops: tab.drops, draftRunner });
      tab.board.hosts.add(host);
      return { ...tab, host, runner };
    });
    const session = net.ask(net.tab(), hops);
    const ids: number[] = [];
    let hits = 0;
    const request = { promptIds, answered: [], maxNewTokens: answerTokens, sampling, stopTokens: text.stopTokens };
    for await (const step of session.answer(request, new AbortController().signal)) {
      if (step.kind === "route") continue;
      ids.push(step.id);
      hits += step.drafted ? 1 : 0;
    }
    session.end("closed");
    net.sent.length = 0;
    return { ids, hits };
  }

  test("SD2 gives 200 prompts the greedy tokens of plain decoding", async () => {
    let tokens = 0;
    let hits = 0;
    for (const question of questions()) {
      const promptIds = text.encodeChat([{ role: "user", content: question }], { addGenerationPrompt: true });
      const answer = await guessed(promptIds, settings(0, 1));
      expect(answer.ids, question).toEqual(await plain(promptIds, settings(0, 1)));
      tokens += answer.ids.length;
      hits += answer.hits;
    }
    expect(hits / tokens).toBeGreaterThan(0.3);
  }, 600_000);

  test.each([
    [0.8, 1],
    [1.2, 1.1],
  ])(
    "SD2 gives the same tokens at temperature %f with a penalty of %f",
    async (temperature, penalty) => {
      let hits = 0;
      for (const question of questions().filter((_, i) => i % 7 === 0)) {
        const promptIds = text.encodeChat([{ role: "user", content: question }], { addGenerationPrompt: true });
        const answer = await guessed(promptIds, settings(temperature, penalty));
        expect(answer.ids, question).toEqual(await plain(promptIds, settings(temperature, penalty)));
        hits += answer.hits;
      }
      expect(hits).toBeGreaterThan(50);
    },
    600_000,
  );
});
