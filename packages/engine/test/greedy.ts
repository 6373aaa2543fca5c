import type { DrawRequest, SampleRequest, ShardRunner } from "../src/shard-runner.ts";

export const greedyAt = (position: number): SampleRequest => ({
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  seed: 0,
  position,
  penalised: [],
});

/** Draws one token, from the last of `count` rows. */
export const lastRow = (count: number, sample: SampleRequest): DrawRequest => ({
  from: count - 1,
  sample,
  drafts: new Int32Array(0),
});

export interface Greedy {
  readonly session: string;
  readonly promptIds: readonly number[];
  /** Rows handed over in one job. */
  readonly jobRows: number;
  readonly tokens: number;
  readonly stopTokens: readonly number[];
}

/** Runs one job on a shard that holds the whole model. */
export async function feed(
  runner: ShardRunner,
  session: string,
  position: number,
  ids: readonly number[],
  sampled: boolean,
): Promise<number | null> {
  const result = await runner.run({
    session,
    position,
    input: { kind: "tokens", ids: Int32Array.from(ids) },
    wire: "f32",
    draw: sampled ? lastRow(ids.length, greedyAt(position + ids.length)) : null,
  });
  return result.kind === "tokens" ? (result.ids[0] ?? null) : null;
}

/** Greedy continuation of a prompt on a shard that holds the whole model; the session is open and empty. */
export async function greedy(runner: ShardRunner, ask: Greedy): Promise<number[]> {
  const answer: number[] = [];
  let next: readonly number[] = [];
  let position = 0;
  for (let at = 0; at < ask.promptIds.length; at += ask.jobRows) {
    next = ask.promptIds.slice(at, at + ask.jobRows);
    const last = at + ask.jobRows >= ask.promptIds.length;
    const id = await feed(runner, ask.session, position, next, last);
    position += next.length;
    if (id !== null) answer.push(id);
  }
  while (answer.length < ask.tokens) {
    const last = answer.at(-1);
    if (last === undefined || ask.stopTokens.includes(last)) break;
    const id = await feed(runner, ask.session, position, [last], true);
    position += 1;
    if (id === null) break;
    answer.push(id);
  }
  return answer;
}
