import type { AskEvent, AskRequest } from "@potluck/donor";
import { oracleAnswer } from "@potluck/pipeline/testing";
import { expect, test } from "vitest";
import { createRandom } from "../random/random.ts";
import type { SimPage } from "../tab/sim-page.ts";
import { SimWorld } from "../world/sim-world.ts";
import { Person } from "./person.ts";

/** What the run says about a page that shows `spoil` of the right ids. */
async function complaintsAbout(spoil: (ids: readonly number[]) => readonly number[]): Promise<string[]> {
  const world = new SimWorld({
    seed: 1,
    layerCount: 2,
    layersPerDonor: 2,
    kvTokensPerDonor: 1000,
    oneWayMs: [1, 1],
    jitterMs: 0,
    loss: 0,
  });
  async function* ask(request: AskRequest): AsyncGenerator<AskEvent> {
    const promptIds = request.messages.flatMap(({ content }) => content.split(" ").map(Number));
    const shown = spoil(oracleAnswer(promptIds, 2, { count: request.maxNewTokens, ...request.sampling }));
    yield* shown.map((id, i) => ({ kind: "text", text: `${id} `, answerTokens: i + 1, id }) as const);
    yield { kind: "done", end: "length", stats: { repairs: [] } as unknown as (AskEvent & { kind: "done" })["stats"] };
  }
  const page = { tab: { asker: { ask, endChat: () => undefined } } } as unknown as SimPage;
  const options = { turns: 1, promptTokens: 5, answerTokens: 6, temperature: 0.8, thinkMs: 1 };
  const person = new Person(world, page, createRandom(1), options);
  void person.chat();
  // What is complained about ends a run.
  await world.run(100, () => person.isDone).catch(() => undefined);
  return world.watch.violations.map(({ message }) => message);
}

test("SI5 a wrong, lost, doubled or missing token is noticed", async () => {
  expect(await complaintsAbout((ids) => ids)).toEqual([]);
  expect((await complaintsAbout((ids) => ids.with(2, (ids[2] ?? 0) + 1)))[0]).toMatch(/token 2 is not the oracle's/);
  expect((await complaintsAbout((ids) => ids.toSpliced(3, 1)))[0]).toMatch(/token 3 is not the oracle's/);
  expect((await complaintsAbout((ids) => ids.toSpliced(1, 0, ids[0] ?? 0)))[0]).toMatch(/token 1 is not the oracle's/);
  expect((await complaintsAbout((ids) => ids.slice(0, 5)))[0]).toMatch(/an answer of 5 tokens ends with length/);
});
