import type { SampleRequest } from "@potluck/engine";
import { ManualClock } from "@potluck/link";
import type { SessionId } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import type { DraftModel } from "./draft-model.ts";
import { Guesser, type GuessRequest } from "./guesser.ts";

const sample: SampleRequest = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  seed: 1,
  position: 0,
  penalised: [],
};
const request = (ids: readonly number[], room = 20): GuessRequest => ({
  ids,
  room,
  hops: 2,
  contextTokens: 512,
  sample: (position) => ({ ...sample, position }),
});
const far = { rows: 1, aloneMs: 60, computeMs: 10, waitMs: 0 };
const repeated = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4];

function create(model: DraftModel | null = null): {
  guesser: Guesser;
  tally: { drafted: number; accepted: number };
  clock: ManualClock;
} {
  const tally = { drafted: 0, accepted: 0 };
  const clock = new ManualClock();
  const guesser = new Guesser({ session: "a".repeat(32) as SessionId, clock, tally, model: () => model });
  return { guesser, tally, clock };
}

function modelOf(draft: DraftModel["draft"]): DraftModel {
  return { draft, follow: async () => undefined, close: () => undefined };
}

describe("guesses", () => {
  test("SD7 wait for a plain lap that tells what laps cost", async () => {
    const { guesser } = create();
    expect(await guesser.guess(request(repeated))).toBeNull();
    guesser.measured(far);
    expect((await guesser.guess(request(repeated)))?.ids.slice(0, 3)).toEqual([5, 6, 7]);
    guesser.rerouted();
    expect(await guesser.guess(request(repeated))).toBeNull();
  });

  test("SD7 rest when by the clock they give less than plain laps would", async () => {
    const { guesser, clock } = create();
    guesser.measured(far);
    const lap = async (guessed: boolean): Promise<boolean> => {
      await clock.advance(500);
      guesser.came(1, guessed);
      return (await guesser.guess(request(repeated))) !== null;
    };
    guesser.came(1, false);
    let laps = 0;
    while (laps < 50 && (await lap(true))) laps += 1;
    expect(laps).toBeLessThan(20);
    expect(await lap(false)).toBe(false);
  });

  test("SD5 are no more than there is room for", async () => {
    const { guesser } = create();
    guesser.measured(far);
    expect((await guesser.guess(request(repeated, 1)))?.ids).toEqual([5]);
    expect(await guesser.guess(request(repeated, 0))).toBeNull();
  });

  test("SD6 come from the source that has been right more often", async () => {
    const { guesser, tally } = create(
      modelOf(async (_session, _ids, count) => Array.from({ length: count }, () => 99)),
    );
    guesser.measured(far);
    for (let i = 0; i < 40; i++) guesser.judged("model", false);
    expect((await guesser.guess(request(repeated)))?.source).toBe("lookup-long");
    for (let i = 0; i < 40; i++) {
      guesser.judged("model", true);
      guesser.judged("lookup-long", false);
    }
    const guess = await guesser.guess(request(repeated));
    expect(guess).toMatchObject({ source: "model", ids: expect.arrayContaining([99]) });
    expect(tally.accepted).toBe(40);
  });

  test("SD6 SD10 come from the text where the model can't say anything", async () => {
    const { guesser } = create(modelOf(async () => null));
    guesser.measured(far);
    expect(await guesser.guess(request([1, 2, 3]))).toBeNull();
  });

  test("SD7 that were wrong are left for a while, then tried again with two", async () => {
    const { guesser } = create();
    guesser.measured(far);
    for (let i = 0; i < 100; i++) guesser.judged("lookup-long", false);
    let plain = 0;
    let guess = null;
    while (guess === null && plain < 1000) {
      guess = await guesser.guess(request(repeated));
      plain += 1;
    }
    expect(plain).toBeGreaterThan(20);
    expect(plain).toBeLessThan(100);
    expect(guess?.ids).toHaveLength(2);
    expect(await guesser.guess(request(repeated))).toBeNull();
  });

  test("SD9 are none while rows wait for other chats, and come back when they don't", async () => {
    const { guesser } = create();
    guesser.measured(far);
    for (let i = 0; i < 10; i++) guesser.measured({ ...far, waitMs: 10 });
    expect(await guesser.guess(request(repeated))).toBeNull();
    for (let i = 0; i < 20; i++) guesser.measured(far);
    expect(await guesser.guess(request(repeated))).not.toBeNull();
  });

  test("SD8 have more laps under way only while nearly always right", async () => {
    const { guesser } = create();
    guesser.measured(far);
    expect((await guesser.guess(request(repeated)))?.laps).toBe(1);
    for (let i = 0; i < 60; i++) guesser.judged("lookup-long", true);
    expect((await guesser.guess(request(repeated)))?.laps).toBeGreaterThan(1);
  });
});
