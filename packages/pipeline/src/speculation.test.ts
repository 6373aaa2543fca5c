import { EngineError } from "@potluck/engine";
import { ManualClock } from "@potluck/link";
import type { LayerRange, Sampling, SessionFrames } from "@potluck/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AskerSession } from "./asker/asker-session.ts";
import { createHopHost } from "./hop/hop-host.ts";
import { createOracleRunner, oracleAnswer, oracleVocabulary } from "./testing/oracle-runner.ts";
import { createTestNet, type TestHop, type TestNet } from "./testing/test-net.ts";

const layerCount = 12;

function rangeOf(part: number, parts: number): LayerRange {
  return { from: Math.floor((part * layerCount) / parts), to: Math.floor(((part + 1) * layerCount) / parts) };
}

function sampling(temperature: number, repetitionPenalty = 1): Sampling {
  return { temperature, topK: 0, topP: 1, minP: 0, repetitionPenalty, seed: 7 };
}

const prompt = (length: number): number[] => Array.from({ length }, (_, i) => (1 + i * 37) % oracleVocabulary);

/** Wrong at so many of a hundred positions, always the same ones. */
const wrongAt =
  (percent: number) =>
  (position: number): boolean =>
    (Math.imul(position + 1, 2_654_435_761) >>> 0) % 100 < percent;

interface Stage {
  readonly clock: ManualClock;
  readonly net: TestNet;
  readonly hops: readonly TestHop[];
  readonly session: AskerSession;
}

function stage(parts: number, percentWrong: number, options: { contextTokens?: number; spare?: number } = {}): Stage {
  const clock = new ManualClock();
  const net = createTestNet(clock);
  net.drafts = wrongAt(percentWrong);
  const hop = (part: number): TestHop => net.hop(rangeOf(part, parts), { layerCount });
  const hops = Array.from({ length: parts }, (_, part) => hop(part));
  const standbys = hops.map((_, part) => Array.from({ length: options.spare ?? 0 }, () => hop(part)));
  const { contextTokens } = options;
  const session = net.ask(net.tab(), hops, { standbys, ...(contextTokens === undefined ? {} : { contextTokens }) });
  return { clock, net, hops, session };
}

interface Heard {
  readonly ids: number[];
  readonly drafted: number;
  readonly end: string | null;
}

async function read(
  session: AskerSession,
  promptIds: readonly number[],
  options: { count?: number; temperature?: number; stop?: readonly number[] } = {},
): Promise<Heard> {
  const ids: number[] = [];
  let drafted = 0;
  let end: string | null = null;
  const request = {
    promptIds,
    answered: [],
    maxNewTokens: options.count ?? 40,
    sampling: sampling(options.temperature ?? 0),
    stopTokens: options.stop ?? [],
  };
  for await (const step of session.answer(request, new AbortController().signal)) {
    if (step.kind === "route") continue;
    ids.push(step.id);
    drafted += step.drafted ? 1 : 0;
    end = step.end;
  }
  return { ids, drafted, end };
}

const plain = (promptIds: readonly number[], count: number, temperature = 0): number[] =>
  oracleAnswer(promptIds, layerCount, { count, temperature, seed: 7 });

/** Frames of hidden rows that may be guesses. */
const guessedRows = (net: TestNet): (SessionFrames & { kind: "hidden" })[] =>
  net.sent.flatMap(({ frame }) => (frame.kind === "hidden" && frame.announced ? [frame] : []));

describe("guesses", () => {
  test.each([1, 2, 3, 4])(
    "SD2 through %i hops give the tokens of plain decoding, and many of them were guessed",
    async (parts) => {
      const { session, hops } = stage(parts, 10);
      const { ids, drafted } = await read(session, prompt(30), { count: 80 });
      expect(ids).toEqual(plain(prompt(30), 80));
      expect(drafted).toBeGreaterThan(30);
      const { speculation } = hops[0]!.host.stats;
      expect(speculation.accepted).toBeGreaterThan(30);
      expect(speculation.drafted).toBeGreaterThan(speculation.accepted);
    },
  );

  test("SD2 SD3 however good they are, however cut, at any temperature, the answer is the same", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 5, 20, 50, 100),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(0, 0.8),
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: 1, max: 60 }),
        async (percent, parts, temperature, promptTokens, count) => {
          const { session } = stage(parts, percent);
          const { ids, end } = await read(session, prompt(promptTokens), { count, temperature });
          expect(ids).toEqual(plain(prompt(promptTokens), count, temperature));
          expect(end).toBe("length");
        },
      ),
      { numRuns: 80 },
    );
  });

  test("SD1 are told to the last hop alone; a hop in between learns no id", async () => {
    const { net, hops, session } = stage(4, 20);
    await read(session, prompt(20), { count: 60 });
    const told = net.sent.filter(({ frame }) => frame.kind === "tokens" && frame.position > 20);
    expect(told.length).toBeGreaterThan(3);
    for (const { from, to } of told) expect([from, to]).toEqual([hops[0]?.id, hops[3]?.id]);
  });

  test("SD1 whose ids come after their rows wait for them", async () => {
    const { net, hops, session, clock } = stage(3, 10);
    let late = 0;
    net.tamper = (from, to, frame) => {
      if (frame.kind !== "tokens" || from !== hops[0]?.id) return [frame];
      late += 1;
      // A millisecond: all rows are there by then.
      clock.after(1, () => net.deliver(from, to, frame));
      return [];
    };
    const { ids } = await clock.until(read(session, prompt(20), { count: 50 }), 100_000);
    expect(late).toBeGreaterThan(3);
    expect(ids).toEqual(plain(prompt(20), 50));
  });

  test("SD1 whose ids never come are made up for", async () => {
    const { net, hops, session, clock } = stage(3, 10);
    let lost = 0;
    net.tamper = (from, _to, frame) => {
      if (frame.kind !== "tokens" || from !== hops[0]?.id || lost > 0) return [frame];
      lost += 1;
      return [];
    };
    const { ids } = await clock.until(read(session, prompt(20), { count: 50 }), 200_000);
    expect(lost).toBe(1);
    expect(ids).toEqual(plain(prompt(20), 50));
  });

  test("SD3 that were wrong begin a new branch, and rows of the old one are dropped and counted", async () => {
    const { net, hops, session } = stage(3, 15);
    const { ids } = await read(session, prompt(20), { count: 120 });
    expect(ids).toEqual(plain(prompt(20), 120));
    expect(Math.max(...guessedRows(net).map(({ branch }) => branch))).toBeGreaterThan(3);
    const dropped = hops.reduce((sum, hop) => sum + hop.drops.drops["stale-guess"], 0);
    expect(dropped).toBeGreaterThan(0);
  });

  test("SD5 never pass the answer's length or the reserved context", async () => {
    for (const [count, contextTokens] of [
      [17, 512],
      [100, 40],
    ] as const) {
      const { net, session } = stage(2, 0, { contextTokens });
      const { ids, end } = await read(session, prompt(20), { count });
      const expected = plain(prompt(20), Math.min(count, contextTokens - 20 + 1));
      expect(ids).toEqual(expected);
      expect(end).toBe(count === 17 ? "length" : "context-full");
      const rows = guessedRows(net);
      expect(rows.length).toBeGreaterThan(0);
      const limit = Math.min(20 + count - 1, contextTokens);
      for (const { position, count: width } of rows) expect(position + width).toBeLessThanOrEqual(limit);
    }
  });

  test("SD5 end with the answer, also where a stop token was guessed in the middle of a lap", async () => {
    const whole = plain(prompt(20), 60);
    for (let at = 20; at < 40; at++) {
      const { session, net } = stage(3, 0);
      const stop = [whole[at] ?? -1];
      const { ids, end } = await read(session, prompt(20), { count: 60, stop });
      expect(ids).toEqual(whole.slice(0, whole.indexOf(stop[0] ?? -1) + 1));
      expect(end).toBe("stop-token");
      // The next message finds KV that holds no guess.
      const second = [...prompt(20), ...ids, 5, 6, 7];
      net.tamper = null;
      expect((await read(session, second, { count: 10 })).ids).toEqual(plain(second, 10));
    }
  });

  test("SD7 that are always wrong are given up, and only tried again from time to time", async () => {
    const { hops, session } = stage(2, 100);
    await read(session, prompt(20), { count: 400 });
    const { drafted, accepted } = hops[0]!.host.stats.speculation;
    expect(accepted).toBe(0);
    expect(drafted).toBeGreaterThan(0);
    expect(drafted).toBeLessThan(400);
  });

  test("SD10 of a model that fails are gone without, and the answer goes on", async () => {
    const clock = new ManualClock();
    const net = createTestNet(clock);
    const hops = [0, 1].map((part) => net.hop(rangeOf(part, 2), { layerCount }));
    const first = hops[0]!;
    const small = createOracleRunner({ from: 0, to: layerCount }, { layerCount });
    first.board.hosts.delete(first.host);
    const { runner, peers, drops } = first;
    const host = createHopHost({ runner, peers, clock, drops, draftRunner: () => small });
    first.board.hosts.add(host);
    const session = net.ask(net.tab(), [{ ...first, host }, hops[1]!]);
    let tokens = 0;
    net.tamper = (_from, _to, frame) => {
      if (frame.kind === "token" && (tokens += 1) === 8) small.lose(new EngineError("device-lost", "gone"));
      return [frame];
    };
    const { ids } = await read(session, prompt(20), { count: 60 });
    expect(ids).toEqual(plain(prompt(20), 60));
    expect(host.stats.speculation.accepted).toBeGreaterThan(0);
  });
});

describe("guesses and repair", () => {
  test("SD4 RP9 whoever dies whenever, the answer is the same", async () => {
    const kill = fc.record({ frame: fc.integer({ min: 1, max: 300 }), hop: fc.nat(3), goodbye: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(kill, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(0, 0.8),
        fc.constantFrom(0, 10, 40),
        async (parts, kills, temperature, percent) => {
          const { net, clock, session } = stage(parts, percent, { spare: 2 });
          net.replace = async (_session, { lost }) => {
            const { route } = session;
            const fresh = route.hops.map((hop) => (lost.includes(hop.tab) ? net.hop(hop.range, { layerCount }) : null));
            const hops = route.hops.map((hop, i) => ({ ...hop, tab: fresh[i]?.id ?? hop.tab, standbys: [] }));
            const next = { ...route, hops };
            fresh.forEach((hop, i) => hop?.board.admit(hop.host, next, i));
            return next;
          };
          let n = 0;
          net.tamper = (_from, _to, frame) => {
            n += 1;
            for (const { frame: nth, hop, goodbye } of kills) {
              const tab = session.route.hops[hop % parts]?.tab;
              if (n === nth && tab !== undefined) queueMicrotask(() => net.kill(tab, goodbye ? "goodbye" : "lost"));
            }
            return [frame];
          };
          const { ids } = await clock.until(read(session, prompt(25), { count: 60, temperature }), 2_000_000);
          expect(ids).toEqual(plain(prompt(25), 60, temperature));
        },
      ),
      { numRuns: 120 },
    );
  });

  test("SD3 PL2 every frame twice, and frames of other branches, change nothing", async () => {
    const { net, session } = stage(3, 15);
    net.tamper = (_from, _to, frame) =>
      frame.kind === "hidden" && frame.branch > 0
        ? [{ ...frame, branch: frame.branch - 1 }, frame, frame]
        : [frame, frame];
    const { ids } = await read(session, prompt(20), { count: 80 });
    expect(ids).toEqual(plain(prompt(20), 80));
  });

  test("SD3 a branch that begins at the prompt fails the hop, and the asker hears of it", async () => {
    const { net, hops, session, clock } = stage(3, 0);
    let forged = false;
    net.tamper = (_from, to, frame) => {
      if (frame.kind !== "hidden" || to !== hops[1]?.id || frame.position < 25 || forged) return [frame];
      forged = true;
      return [{ ...frame, position: 3, branch: frame.branch + 9 }];
    };
    net.replace = async () => {
      throw new Error("nobody");
    };
    await expect(clock.until(read(session, prompt(20), { count: 40 }), 2_000_000)).rejects.toThrow(/./);
    const failed = net.sent.flatMap(({ frame }) =>
      frame.kind === "control" && frame.message.type === "failed" ? [frame.message] : [],
    );
    expect(failed[0]).toMatchObject({ reason: "bad-frame", hop: 1 });
  });
});
