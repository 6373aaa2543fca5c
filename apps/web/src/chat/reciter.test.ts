import { expect, test } from "vitest";
import type { AnswerState } from "../conversation/answer.ts";
import type { Exchange } from "../conversation/conversation.ts";
import { speakable } from "../markdown/speakable.ts";
import { createReciter } from "./reciter.ts";

const streaming: AnswerState = { kind: "streaming", stage: { kind: "writing" } };
const done: AnswerState = { kind: "done", end: "stop-token", stats: null };
const exchange = (text: string, state: AnswerState, round = 0, key = "a"): Exchange => ({
  key,
  parent: null,
  asked: key,
  question: "?",
  askedAtMs: 0,
  answer: { text, ids: [], model: null, where: "swarm", seed: null, round, state },
});

function setUp(load: () => Promise<typeof speakable> = () => Promise.resolve(speakable)) {
  let time = 0;
  const plans: (() => void)[] = [];
  let told: readonly string[] = [];
  const reciter = createReciter(
    load,
    { code: "Code.", formula: "Formula." },
    (spoken) => (told = spoken.map(({ text }) => text)),
    { everyMs: 1000, now: () => time, later: (act) => plans.push(act) },
  );
  return {
    look: (...path: Exchange[]): void => reciter.look(path),
    stop: () => reciter.stop(),
    told: () => told,
    pass(ms: number) {
      time += ms;
      for (const plan of plans.splice(0)) plan();
    },
  };
}
const loaded = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("WB48 sentences are told once finished, in order, none twice, and those that come fast are told together", async () => {
  const it = setUp();
  it.look(exchange("", streaming));
  await loaded();
  it.look(exchange("One fox. Tw", streaming));
  expect(it.told()).toEqual(["One fox."]);
  it.look(exchange("One fox. Two foxes. Three foxes. Fo", streaming));
  it.look(exchange("One fox. Two foxes. Three foxes. Four", done));
  expect(it.told()).toEqual(["One fox."]);
  it.pass(1000);
  expect(it.told()).toEqual(["One fox.", "Two foxes. Three foxes. Four"]);
  it.pass(1000);
  it.look(exchange("One fox. Two foxes. Three foxes. Four", done));
  expect(it.told()).toHaveLength(2);
});

test("WB48 of an answer that goes on only what is new is told, and kept chats are not told at all", async () => {
  const it = setUp();
  it.look(exchange("Kept. ", done));
  await loaded();
  expect(it.told()).toEqual([]);
  it.look(exchange("Kept text. ", streaming, 1));
  await loaded();
  it.look(exchange("Kept text. New text. And", streaming, 1));
  it.pass(1000);
  it.look(exchange("Kept text. New text. And so on.", done, 1));
  it.pass(1000);
  expect(it.told()).toEqual(["New text.", "And so on."]);
});

test("WB48 the next answer begins anew, and code and formulas are not spelled out", async () => {
  const it = setUp();
  it.look(exchange("", streaming));
  await loaded();
  it.look(exchange("First.", done));
  it.pass(1000);
  it.look(exchange("First.", done), exchange("", streaming, 0, "b"));
  it.look(exchange("First.", done), exchange("So:\n\n```js\nx = 1;\n```\n\n$$\nx^2\n$$\n", done, 0, "b"));
  it.pass(1000);
  expect(it.told()).toEqual(["First.", "So: Code. Formula."]);
});

test("WB48 where what cuts sentences can't be loaded, it is tried again with more text", async () => {
  let tries = 0;
  const it = setUp(() => ((tries += 1) === 1 ? Promise.reject(new Error("offline")) : Promise.resolve(speakable)));
  it.look(exchange("", streaming));
  await loaded();
  it.look(exchange("One fox. Tw", streaming));
  await loaded();
  expect(it.told()).toEqual(["One fox."]);
  it.stop();
});
