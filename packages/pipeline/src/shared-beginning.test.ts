import { ManualClock } from "@potluck/link";
import type { LayerRange } from "@potluck/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AskerSession } from "./asker/asker-session.ts";
import { oracleAnswer, oracleVocabulary } from "./testing/oracle-runner.ts";
import { createTestNet, type TestHop, type TestNet } from "./testing/test-net.ts";

const layerCount = 12;
const rangeOf = (part: number, parts: number): LayerRange => ({
  from: Math.floor((part * layerCount) / parts),
  to: Math.floor(((part + 1) * layerCount) / parts),
});
const text = (length: number, from: number): number[] =>
  Array.from({ length }, (_, i) => (from + i * 37) % oracleVocabulary);
const system = text(100, 1);

function ring(net: TestNet, parts: number): TestHop[] {
  return Array.from({ length: parts }, (_, part) => net.hop(rangeOf(part, parts), { layerCount }));
}

async function read(session: AskerSession, promptIds: readonly number[], count = 12): Promise<number[]> {
  const ids: number[] = [];
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 7 };
  const request = { promptIds, answered: [], maxNewTokens: count, sampling, stopTokens: [] };
  for await (const step of session.answer(request, new AbortController().signal)) {
    if (step.kind === "token") ids.push(step.id);
  }
  return ids;
}

const plain = (promptIds: readonly number[], count = 12): number[] => oracleAnswer(promptIds, layerCount, { count });
const served = (hops: readonly TestHop[]): number[] => hops.map((hop) => hop.host.stats.tokensServed);

/** What the first hop was running when the next one died is sent again as certain rows, not as guesses. */
const alone = { shared: 0, own: 1, from: 0 };
const hopDiesInAGuessedLap: [number, (typeof alone)[], { frame: number; hop: number }] = [
  2,
  [alone, alone],
  { frame: 29, hop: 1 },
];

describe("chats that begin alike", () => {
  test.each([1, 2, 3, 4])("PX1 PX2 compute the beginning once on each of %i hops", async (parts) => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, parts);
    const first = [...system, ...text(20, 3)];
    const second = [...system, ...text(30, 4)];
    expect(await read(net.ask(net.tab(), hops), first)).toEqual(plain(first));
    const before = served(hops);
    expect(await read(net.ask(net.tab(), hops), second)).toEqual(plain(second));
    // Thirty rows of its own prompt, and all but the last token of its answer.
    expect(served(hops).map((rows, i) => rows - (before[i] ?? 0))).toEqual(hops.map(() => 30 + 11));
  });

  test("PX2 the last row of a prompt is run, also of one that another chat has whole", async () => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 2);
    await read(net.ask(net.tab(), hops), system);
    const before = served(hops);
    expect(await read(net.ask(net.tab(), hops), system)).toEqual(plain(system));
    expect(served(hops).map((rows, i) => rows - (before[i] ?? 0))).toEqual([1 + 11, 1 + 11]);
  });

  test("PX2 rows of another chat's answer are computed anew", async () => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 2);
    const answer = await read(net.ask(net.tab(), hops), system);
    const second = [...system, ...answer.slice(0, -1), ...text(20, 4)];
    const before = served(hops);
    expect(await read(net.ask(net.tab(), hops), second)).toEqual(plain(second));
    const own = second.length - system.length + 11;
    expect(served(hops).map((rows, i) => rows - (before[i] ?? 0))).toEqual([own, own]);
  });

  test("PX2 a short likeness is not worth asking for", async () => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 2);
    await read(net.ask(net.tab(), hops), [...system.slice(0, 31), ...text(20, 3)]);
    const second = [...system.slice(0, 31), ...text(20, 4)];
    expect(await read(net.ask(net.tab(), hops), second)).toEqual(plain(second));
    expect(net.sent.some(({ frame }) => frame.kind === "control" && frame.message.type === "share")).toBe(false);
  });

  test("PX1 a hop that does not hold the other chat gets the rows from the log of the one before", async () => {
    const net = createTestNet(new ManualClock());
    const [a, b, c] = ring(net, 3);
    const [, other] = ring(net, 3);
    const first = [...system, ...text(5, 3)];
    const second = [...system, ...text(6, 4)];
    await read(net.ask(net.tab(), [a!, b!, c!]), first);
    const before = a!.host.stats.tokensServed;
    expect(await read(net.ask(net.tab(), [a!, other!, c!]), second)).toEqual(plain(second));
    expect(a!.host.stats.tokensServed - before).toBe(6 + 11);
    expect(other!.host.stats.tokensServed).toBe(106 + 11);
  });

  test("PX3 a share from a stranger is dropped, and one that names a chat of another hop before is not believed", async () => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 3);
    const first = net.ask(net.tab(), hops);
    await read(first, [...system, ...text(5, 3)]);
    const stranger = net.tab();
    const second = net.ask(net.tab(), hops);
    const message = { type: "share", like: first.route.session, length: 50 } as const;
    const link = await stranger.peers.link(hops[1]!.id);
    await link.send({ kind: "control", session: second.route.session, epoch: 0, turn: 0, message });
    expect(await read(second, [...system, ...text(6, 4)])).toEqual(plain([...system, ...text(6, 4)]));
    expect(hops[1]!.drops.drops["wrong-sender"]).toBe(1);

    // Another first hop says that its chat is like one that came to the middle hop from elsewhere.
    const impostor = net.hop(rangeOf(0, 3), { layerCount });
    const third = net.ask(net.tab(), [impostor, hops[1]!, hops[2]!]);
    const prompt = text(60, 9);
    let forged = false;
    net.tamper = (from, to, frame) => {
      if (forged || from !== impostor.id || to !== hops[1]!.id || frame.kind !== "hidden") return [frame];
      forged = true;
      return [{ kind: "control", session: frame.session, epoch: frame.epoch, turn: frame.turn, message }, frame];
    };
    expect(await read(third, prompt)).toEqual(plain(prompt));
    expect(forged).toBe(true);
    const answers = net.sent.flatMap(({ from, to, frame }) =>
      from === hops[1]!.id && to === impostor.id && frame.kind === "control" && frame.message.type === "have"
        ? [frame.message.length]
        : [],
    );
    expect(answers).toEqual([0]);
  });

  test("PX2 RP9 at once, with guesses, in any number, whoever dies: the tokens are those of chats alone", async () => {
    const chat = fc.record({
      shared: fc.integer({ min: 0, max: 100 }),
      own: fc.integer({ min: 1, max: 80 }),
      from: fc.nat(30),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(chat, { minLength: 2, maxLength: 5 }),
        fc.option(fc.record({ frame: fc.integer({ min: 20, max: 300 }), hop: fc.nat(3) })),
        async (parts, chats, kill) => {
          const clock = new ManualClock();
          const net = createTestNet(clock);
          net.drafts = (position) => position % 9 === 0;
          const hops = ring(net, parts);
          const standbys = ring(net, parts).map((hop) => [hop]);
          let n = 0;
          net.tamper = (_from, _to, frame) => {
            n += 1;
            const tab = hops[(kill?.hop ?? 0) % parts]?.id;
            if (kill !== null && n === kill.frame && tab !== undefined) queueMicrotask(() => net.kill(tab));
            return [frame];
          };
          const prompts = chats.map(({ shared, own, from }) => [...system.slice(0, shared), ...text(own, from)]);
          const answers = prompts.map((prompt) => read(net.ask(net.tab(), hops, { standbys }), prompt, 20));
          expect(await clock.until(Promise.all(answers), 2_000_000)).toEqual(prompts.map((ids) => plain(ids, 20)));
        },
      ),
      { numRuns: 60, examples: [hopDiesInAGuessedLap] },
    );
  });
});
