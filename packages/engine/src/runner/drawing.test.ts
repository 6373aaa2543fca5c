/** Drawing through the runner, over a model of the whole whose logits hang on every token before. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { uncutDemoPlan } from "../../test/uncut-demo.ts";
import type { BackendOutput, BackendRun, BackendShard, KvCache } from "../backend/backend.ts";
import type { DrawRequest, RunJob, SampleRequest } from "../shard-runner.ts";
import { LocalRunner } from "./local-runner.ts";

const vocabSize = 11;

class IdCache implements KvCache {
  readonly capacity: number;
  ids: number[] = [];
  constructor(capacity: number) {
    this.capacity = capacity;
  }
  async grow(): Promise<void> {
    throw new Error("not here");
  }
  async copyFrom(): Promise<void> {
    throw new Error("not here");
  }
  async truncate(length: number): Promise<void> {
    this.ids.length = length;
  }
  close(): void {
    this.ids = [];
  }
}

/** Logits that hang on all ids so far, and are close enough for a penalty to matter. */
function logitsOver(ids: readonly number[]): number[] {
  const seed = ids.reduce((sum, id) => (sum * 33 + id + 1) % 9973, 7);
  return Array.from({ length: vocabSize }, (_, id) => Math.sin(seed * (id + 1)) * 2);
}

class HashShard implements BackendShard {
  readonly maxChunk = 4;
  readonly lost = new Promise<never>(() => undefined);
  /** Rows of logits that were asked for. */
  logitsRows = 0;
  badAfter = Infinity;
  async openCache(capacity: number): Promise<KvCache> {
    return new IdCache(capacity);
  }
  async run(cache: KvCache, run: BackendRun): Promise<BackendOutput> {
    if (!(cache instanceof IdCache) || run.input.kind !== "tokens") throw new Error("not mine");
    if (cache.ids.length !== run.position) throw new Error(`${cache.ids.length} rows, not ${run.position}`);
    const rows: number[][] = [];
    for (const [row, id] of run.input.ids.entries()) {
      cache.ids.push(id);
      if (run.logitsFrom !== null && row >= run.logitsFrom)
        rows.push(cache.ids.length > this.badAfter ? [Number.NaN] : logitsOver(cache.ids));
    }
    this.logitsRows += rows.length;
    return { values: Float32Array.from(rows.flat()), computeMs: 0, readBackMs: 0 };
  }
  async close(): Promise<void> {
    throw new Error("not here");
  }
}

function openHashRunner(change: { readonly input?: "hidden" } = {}) {
  const plan = uncutDemoPlan(new Uint8Array(0));
  const { architecture } = plan.manifest;
  const shard = new HashShard();
  const runner = new LocalRunner(
    shard,
    {
      ...plan,
      manifest: { ...plan.manifest, architecture: { ...architecture, vocabSize, hiddenSize: 1 } },
      io: {
        ...plan.io,
        ...(change.input === undefined ? {} : { input: { kind: change.input, name: "in" } }),
      },
    },
    { kvTokens: 1000, now: () => 0 },
  );
  return { shard, runner };
}

const greedy: SampleRequest = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  seed: 3,
  position: 0,
  penalised: [],
};

const settings: fc.Arbitrary<SampleRequest> = fc.record({
  temperature: fc.constantFrom(0, 0.5, 1.5),
  topK: fc.constantFrom(0, 4),
  topP: fc.constantFrom(0.9, 1),
  minP: fc.constant(0),
  repetitionPenalty: fc.constantFrom(1, 1.5),
  seed: fc.nat(),
  position: fc.constant(0),
  penalised: fc.array(fc.nat(vocabSize - 1), { maxLength: 3 }),
});

function job(position: number, ids: readonly number[], draw: DrawRequest | null): RunJob {
  return { session: "s", position, input: { kind: "tokens", ids: Int32Array.from(ids) }, wire: "f32", draw };
}

function drawing(sample: SampleRequest, from: number, drafts: readonly number[] = [], more = 0): DrawRequest {
  return { from, sample, drafts: Int32Array.from(drafts), ...(more === 0 ? {} : { more }) };
}

async function idsOf(runner: LocalRunner, asked: RunJob): Promise<number[]> {
  const result = await runner.run(asked);
  if (result.kind !== "tokens") throw new Error("no tokens");
  return [...result.ids];
}

/** Token by token, each from a run of its own. */
async function plainly(prompt: readonly number[], sample: SampleRequest, tokens: number): Promise<number[]> {
  const { runner } = openHashRunner();
  await runner.openSession("s", 200);
  const answer: number[] = [];
  let next = [...prompt];
  let position = 0;
  while (answer.length < tokens) {
    const request = { ...sample, position: position + next.length, penalised: [...sample.penalised, ...answer] };
    const [id] = await idsOf(runner, job(position, next, drawing(request, next.length - 1)));
    if (id === undefined) throw new Error("no token");
    position += next.length;
    next = [id];
    answer.push(id);
  }
  return answer;
}

const promptOf = fc.array(fc.nat(vocabSize - 1), { minLength: 1, maxLength: 9 });

test("EN21 EN22 verified guesses give what plain drawing gives, and the rest of the answer too", async () => {
  const guesses = fc.array(fc.option(fc.nat(vocabSize - 1), { freq: 2 }), { maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(promptOf, settings, guesses, async (prompt, sample, guessed) => {
      const plain = await plainly(prompt, sample, guessed.length + 2);
      const drafts = guessed.map((guess, i) => guess ?? (plain[i] as number));
      const { runner } = openHashRunner();
      await runner.openSession("s", 200);
      const rows = [...prompt, ...drafts];
      const first = { ...sample, position: prompt.length };
      const ids = await idsOf(runner, job(0, rows, drawing(first, prompt.length - 1, drafts)));
      const wrong = drafts.findIndex((id, i) => id !== plain[i]);
      expect(ids).toEqual(plain.slice(0, wrong < 0 ? drafts.length + 1 : wrong + 1));
      // All rows are there; those after a wrong guess go when they are cut.
      const certain = prompt.length + ids.length - 1;
      await runner.truncate("s", rows.length);
      await runner.truncate("s", certain);
      const after = { ...sample, position: certain + 1, penalised: [...sample.penalised, ...ids] };
      expect(await idsOf(runner, job(certain, ids.slice(-1), drawing(after, 0)))).toEqual([plain[ids.length]]);
    }),
    { numRuns: 200 },
  );
});

test("EN21 no logits are computed for rows before the first to draw from, nor in chunks after a wrong guess", async () => {
  const { runner, shard } = openHashRunner();
  await runner.openSession("s", 100);
  const [right] = await plainly([1, 2, 3, 4, 5], greedy, 1);
  const wrong = ((right ?? 0) + 1) % vocabSize;
  const drafts = Array.from({ length: 10 }, () => wrong);
  const ids = await idsOf(runner, job(0, [1, 2, 3, 4, 5, ...drafts], drawing({ ...greedy, position: 5 }, 4, drafts)));
  expect(ids).toEqual([right]);
  // The second chunk of four begins with the row to draw from.
  expect(shard.logitsRows).toBe(4);
  expect((await runner.run(job(15, [1, 2, 3], null))).kind).toBe("filled");
  expect(shard.logitsRows).toBe(4);
});

test("EN23 a request that does not fit the rows or the shard is refused, and nothing has run", async () => {
  const { runner } = openHashRunner();
  await runner.openSession("s", 20);
  const misfits = [
    drawing(greedy, 3),
    drawing(greedy, -1),
    drawing(greedy, 0.5),
    drawing(greedy, 0),
    drawing(greedy, 0, [1]),
    drawing(greedy, 0, [1, 2, 3]),
    drawing(greedy, 1, [1], 2),
    drawing(greedy, 2, [], -1),
    drawing(greedy, 2, [], 0.5),
  ];
  for (const draw of misfits)
    await expect(runner.run(job(0, [1, 2, 3], draw))).rejects.toMatchObject({ fault: "internal" });
  await expect(runner.run(job(0, [1, 2, 3], drawing(greedy, 2, [], 18)))).rejects.toMatchObject({
    fault: "context-full",
  });
  expect(await idsOf(runner, job(0, [1, 2, 3], drawing(greedy, 2, [], 17)))).toHaveLength(18);
});

test("EN23 only a shard with the embedding feeds itself what it draws", async () => {
  const { runner } = openHashRunner({ input: "hidden" });
  await runner.openSession("s", 20);
  const input = { kind: "hidden", dtype: "f32", count: 1, width: 1, data: new Uint8Array(4) } as const;
  await expect(runner.run({ ...job(0, [], drawing(greedy, 0, [], 1)), input })).rejects.toMatchObject({
    fault: "internal",
  });
});

test("EN24 several tokens drawn in one call are those of as many calls, and the cache is as theirs", async () => {
  await fc.assert(
    fc.asyncProperty(promptOf, settings, fc.integer({ min: 1, max: 6 }), async (prompt, sample, more) => {
      const plain = await plainly(prompt, sample, more + 2);
      const { runner } = openHashRunner();
      await runner.openSession("s", 200);
      const first = { ...sample, position: prompt.length };
      const ids = await idsOf(runner, job(0, prompt, drawing(first, prompt.length - 1, [], more)));
      expect(ids).toEqual(plain.slice(0, more + 1));
      // The last one drawn is not in the cache.
      const length = prompt.length + more;
      await expect(runner.truncate("s", length + 1)).rejects.toMatchObject({ fault: "position" });
      const after = { ...sample, position: length + 1, penalised: [...sample.penalised, ...ids] };
      expect(await idsOf(runner, job(length, ids.slice(-1), drawing(after, 0)))).toEqual(plain.slice(-1));
    }),
    { numRuns: 100 },
  );
});

test("EN4 EN5 a row of logits that is not a number takes back the rows and tokens before it", async () => {
  const { runner, shard } = openHashRunner();
  await runner.openSession("s", 20);
  shard.badAfter = 6;
  await expect(runner.run(job(0, [1, 2, 3], drawing(greedy, 2, [], 9)))).rejects.toMatchObject({
    fault: "not-a-number",
    message: expect.stringContaining("position 6"),
  });
  expect(await idsOf(runner, job(0, [1, 2, 3], drawing(greedy, 2)))).toHaveLength(1);
});
