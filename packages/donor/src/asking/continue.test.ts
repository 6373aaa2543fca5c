import { oracleAnswer } from "@potluck/pipeline/testing";
import { expect, test } from "vitest";
import type { AskRequest } from "./asker.ts";
import { makeSwarm } from "../testing/make-swarm.ts";
import { ask, collect, layerCount, makeTab, words } from "../testing/make-tab.ts";

const whole = (temperature: number): readonly number[] =>
  oracleAnswer([3, 1, 4], layerCount, { count: 20, temperature, seed: 1 });
const request = (temperature: number, known: readonly number[]): AskRequest => ({
  ...ask("3 1 4", "swarm", temperature),
  maxNewTokens: 20,
  known,
});

test.each([
  { temperature: 0, after: 1 },
  { temperature: 0, after: 19 },
  { temperature: 0.8, after: 7 },
])(
  "DN45 an answer goes on after $after tokens at temperature $temperature as if it had never stood still",
  async (how) => {
    const swarm = await makeSwarm(
      [
        { from: 0, to: 2 },
        { from: 2, to: 4 },
      ],
      [
        { donor: 0, standbys: [] },
        { donor: 1, standbys: [] },
      ],
    );
    const page = swarm.page();
    const known = whole(how.temperature).slice(0, how.after);
    const { text, events } = await swarm.clock.until(collect(page.tab, request(how.temperature, known)));
    expect(text).toBe(words(whole(how.temperature)));
    expect(events[0]).toEqual({ kind: "text", text: words(known), answerTokens: how.after, id: -1, ids: known });
    expect(events.at(-1)).toMatchObject({
      kind: "done",
      end: "length",
      stats: { answerTokens: 20, knownTokens: how.after },
    });
  },
);

test("DN45 what was stopped goes on in this tab, too, with the character that lies across the seam", async () => {
  const made = makeTab({}, undefined, undefined, undefined, {
    texts: {
      open: async () => ({
        encodeChat: async () => [3, 1, 4],
        stopTokens: [],
        maxPositions: 64,
        layerCount,
        vocabSize: 5000,
        frameDtype: "f32",
        // Two tokens to a character, as bytes of one can be.
        stream: async () => {
          let half: number | null = null;
          return {
            async push(token) {
              const text = half === null ? "" : `${half}+${token} `;
              half = half === null ? token : null;
              return text;
            },
            finish: async () => (half === null ? "" : "\uFFFD"),
          };
        },
      }),
    },
  });
  const here: AskRequest = { ...request(0, []), where: "this-tab" };
  const stop = new AbortController();
  const first = await collect(made.tab, here, stop.signal, (event) => {
    if (event.kind === "text" && event.answerTokens === 7) stop.abort();
  });
  const known = first.events.flatMap((event) => (event.kind === "text" && event.id >= 0 ? [event.id] : []));
  expect(known).toEqual(whole(0).slice(0, known.length));
  const uneven = known.slice(0, 7);
  expect(uneven).toHaveLength(7);
  const { text } = await collect(made.tab, { ...here, known: uneven });
  const { text: undisturbed } = await collect(made.tab, here);
  expect(text).toBe(undisturbed);
  expect(text).not.toContain("\uFFFD");
});

test("DN45 an answer with which the model's memory is full is refused before anything is sent", async () => {
  const made = makeTab({});
  const known = Array.from({ length: 61 }, (_, i) => i);
  await expect(collect(made.tab, { ...request(0, known), maxNewTokens: 80 })).rejects.toMatchObject({
    problem: { code: "context-full" },
  });
  expect(made.coordinator.calls).toEqual([]);
});
