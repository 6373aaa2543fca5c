import { ManualClock } from "@potluck/link";
import { EngineError } from "@potluck/engine";
import type { LayerRange, Sampling, SessionId } from "@potluck/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnswerFailed } from "./asker/answer-failed.ts";
import type { AskerSession } from "./asker/asker-session.ts";
import { oracleAnswer, oracleVocabulary } from "./testing/oracle-runner.ts";
import { createTestNet, type TestHop, type TestNet } from "./testing/test-net.ts";

const layerCount = 12;
const greedy: Sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 7 };

function cutInto(parts: number): LayerRange[] {
  return Array.from({ length: parts }, (_, i) => ({
    from: Math.floor((i * layerCount) / parts),
    to: Math.floor(((i + 1) * layerCount) / parts),
  }));
}

function ring(net: TestNet, parts: number, pause?: () => Promise<void>): TestHop[] {
  return cutInto(parts).map((range) => net.hop(range, { layerCount, ...(pause === undefined ? {} : { pause }) }));
}

async function collect(
  session: AskerSession,
  promptIds: readonly number[],
  options: {
    count?: number;
    sampling?: Sampling;
    stop?: number[];
    signal?: AbortSignal;
    onToken?: (n: number) => void;
  } = {},
): Promise<{ ids: number[]; end: string | null }> {
  const ids: number[] = [];
  let end: string | null = null;
  const request = {
    promptIds,
    answered: [],
    maxNewTokens: options.count ?? 20,
    sampling: options.sampling ?? greedy,
    stopTokens: options.stop ?? [],
  };
  for await (const token of session.answer(request, options.signal ?? new AbortController().signal)) {
    if (token.kind === "route") continue;
    ids.push(token.id);
    end = token.end;
    options.onToken?.(ids.length);
  }
  return { ids, end };
}

const prompt = (length: number, from = 1): number[] =>
  Array.from({ length }, (_, i) => (from + i * 37) % oracleVocabulary);

/** What hops said of their own failures, each once. */
function failures(net: TestNet): { reason: string; hop: number }[] {
  return net.sent.flatMap(({ frame }) => {
    if (frame.kind !== "control" || frame.message.type !== "failed") return [];
    return [{ reason: frame.message.reason, hop: frame.message.hop }];
  });
}

/** Lets everything that waits on promises alone run out. */
async function settled(): Promise<void> {
  for (let i = 0; i < 200; i++) await Promise.resolve();
}

describe("an answer", () => {
  test.each([1, 2, 3, 4, 6, 12])("PL11 PL4 is the same through %i hops", async (parts) => {
    const net = createTestNet(new ManualClock());
    const session = net.ask(net.tab(), ring(net, parts));
    const { ids, end } = await collect(session, prompt(150), { count: 30 });
    expect(ids).toEqual(oracleAnswer(prompt(150), layerCount, { count: 30 }));
    expect(end).toBe("length");
  });

  test("PL11 is the same whatever the prompt, the cut, the seed and the temperature", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(oracleVocabulary - 1), { minLength: 1, maxLength: 140 }),
        fc.constantFrom(1, 2, 3, 5),
        fc.nat(0xffff),
        fc.constantFrom(0, 0.8),
        async (promptIds, parts, seed, temperature) => {
          const net = createTestNet(new ManualClock());
          const session = net.ask(net.tab(), ring(net, parts));
          const { ids } = await collect(session, promptIds, { count: 8, sampling: { ...greedy, temperature, seed } });
          expect(ids).toEqual(oracleAnswer(promptIds, layerCount, { count: 8, temperature, seed }));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("PL5 ends with a stop token, with maxNewTokens, or with a full context, and says which", async () => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 3);
    const whole = oracleAnswer(prompt(10), layerCount, { count: 20 });
    const stop = whole[6] ?? -1;
    expect(await collect(net.ask(net.tab(), hops), prompt(10), { stop: [stop] })).toEqual({
      ids: whole.slice(0, whole.indexOf(stop) + 1),
      end: "stop-token",
    });
    expect(await collect(net.ask(net.tab(), hops), prompt(10), { count: 4 })).toEqual({
      ids: whole.slice(0, 4),
      end: "length",
    });
    const full = await collect(net.ask(net.tab(), hops, { contextTokens: 14 }), prompt(10));
    expect(full).toEqual({ ids: whole.slice(0, 5), end: "context-full" });
  });

  test("PL13 needs no other tab when the asker holds the whole model", async () => {
    const net = createTestNet(new ManualClock());
    const self = net.hop({ from: 0, to: layerCount }, { layerCount });
    const { ids } = await collect(net.ask(self, [self]), prompt(9), { count: 5 });
    expect(ids).toEqual(oracleAnswer(prompt(9), layerCount, { count: 5 }));
    expect(net.sent.every(({ from, to }) => from === self.id && to === self.id)).toBe(true);
  });

  test.each([0, 1, 2])("PL13 comes through the asker's own tab as hop %i", async (own) => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 3);
    const asker = hops[own];
    if (asker === undefined) throw new Error("no such hop");
    const { ids } = await collect(net.ask(asker, hops), prompt(70), { count: 9 });
    expect(ids).toEqual(oracleAnswer(prompt(70), layerCount, { count: 9 }));
    expect(hops.map((hop) => Object.values(hop.drops.drops).reduce((a, b) => a + b))).toEqual([0, 0, 0]);
  });

  test("PL11 of ten chats at once are each their own", async () => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 3);
    const chats = Array.from({ length: 10 }, (_, i) => prompt(5 + 13 * i, i));
    const answers = await Promise.all(chats.map((ids) => collect(net.ask(net.tab(), hops), ids, { count: 12 })));
    expect(answers.map(({ ids }) => ids)).toEqual(chats.map((ids) => oracleAnswer(ids, layerCount, { count: 12 })));
  });

  test("PL7 of a long prompt is sampled from its last chunk only", async () => {
    const net = createTestNet(new ManualClock());
    await collect(net.ask(net.tab(), ring(net, 2)), prompt(130), { count: 1 });
    const chunks = net.sent.flatMap(({ frame }) => (frame.kind === "tokens" ? [frame.ids.length] : []));
    expect(chunks).toEqual([64, 64, 2]);
    const drawn = net.sent.flatMap(({ frame }) => (frame.kind === "token" ? [frame.position] : []));
    expect(new Set(drawn)).toEqual(new Set([130]));
  });

  test("PL14 travels in the dtype of the route", async () => {
    const net = createTestNet(new ManualClock());
    await collect(net.ask(net.tab(), ring(net, 3)), prompt(5), { count: 3 });
    const dtypes = net.sent.flatMap(({ frame }) => (frame.kind === "hidden" ? [frame.dtype] : []));
    expect(new Set(dtypes)).toEqual(new Set(["f32"]));
  });
});

describe("the next message of a chat", () => {
  test("PL6 computes only what is new", async () => {
    const net = createTestNet(new ManualClock());
    const session = net.ask(net.tab(), ring(net, 3));
    const first = await collect(session, prompt(20), { count: 6 });
    const longer = [...prompt(20), ...first.ids, ...prompt(11, 900)];
    net.sent.length = 0;
    expect(session.reusable(longer)).toBe(25);
    const second = await collect(session, longer, { count: 6 });
    expect(second.ids).toEqual(oracleAnswer(longer, layerCount, { count: 6 }));
    const sent = net.sent.flatMap(({ frame }) => (frame.kind === "tokens" ? [...frame.ids] : []));
    expect(sent).toHaveLength(longer.length - 25);
  });

  test("PL6 goes back when an earlier message was edited", async () => {
    const net = createTestNet(new ManualClock());
    const session = net.ask(net.tab(), ring(net, 3));
    await collect(session, prompt(40), { count: 6 });
    const edited = [...prompt(15), ...prompt(10, 2000)];
    expect((await collect(session, edited, { count: 6 })).ids).toEqual(oracleAnswer(edited, layerCount, { count: 6 }));
  });
});

describe("stopping", () => {
  test("PL8 frees the KV on every hop and drops what comes later", async () => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 3);
    const stop = new AbortController();
    const session = net.ask(net.tab(), hops);
    const { ids } = await collect(session, prompt(30), {
      count: 400,
      signal: stop.signal,
      onToken: (n) => n === 5 && stop.abort(),
    });
    await settled();
    expect(ids.slice(0, 5)).toEqual(oracleAnswer(prompt(30), layerCount, { count: 5 }));
    expect(ids.length).toBeLessThan(10);
    expect(hops.map((hop) => hop.runner.openSessions.size)).toEqual([0, 0, 0]);
    expect(hops.map((hop) => hop.host.stats.sessions)).toEqual([0, 0, 0]);
    expect(session.over).toBe(true);
  });

  test("PL9 a session that hears nothing for its lease is freed", async () => {
    const clock = new ManualClock();
    const net = createTestNet(clock);
    const hops = ring(net, 2);
    await collect(net.ask(net.tab(), hops, { leaseMs: 5000 }), prompt(5), { count: 2 });
    expect(hops.map((hop) => hop.runner.openSessions.size)).toEqual([1, 1]);
    await clock.advance(5000);
    await settled();
    expect(hops.map((hop) => hop.runner.openSessions.size)).toEqual([0, 0]);
  });
});

describe("failing", () => {
  test.each([0, 1, 2])("PL10 a lost device at hop %i reaches the asker by name, and frees the hop", async (broken) => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 3);
    const stop = new AbortController();
    const answer = collect(net.ask(net.tab(), hops), prompt(30), {
      count: 400,
      signal: stop.signal,
      onToken: (n) => n === 4 && hops[broken]?.runner.lose(new EngineError("device-lost", "unplugged")),
    });
    await settled();
    expect(failures(net)).toEqual([{ reason: "device-lost", hop: broken }]);
    expect(hops[broken]?.runner.openSessions.size).toBe(0);
    stop.abort();
    await answer;
    await settled();
    expect(hops.map((hop) => hop.runner.openSessions.size)).toEqual([0, 0, 0]);
  });

  test("PL10 a donor that stops tells the asker that the hop left", async () => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 3);
    const stop = new AbortController();
    const answer = collect(net.ask(net.tab(), hops), prompt(30), {
      count: 400,
      signal: stop.signal,
      onToken: (n) => n === 4 && hops[1]?.host.close(),
    });
    await settled();
    expect(failures(net)).toEqual([{ reason: "hop-left", hop: 1 }]);
    stop.abort();
    await answer;
  });

  test("PL12 hops that hang, with nobody to take their place, are given up after the deadline", async () => {
    const clock = new ManualClock();
    const net = createTestNet(clock);
    const hops = ring(net, 2, () => new Promise(() => undefined));
    const answer = collect(net.ask(net.tab(), hops, { leaseMs: 3_600_000 }), prompt(5)).catch(
      (error: unknown) => error,
    );
    await settled();
    await clock.advance(1_000_000);
    expect(await answer).toBeInstanceOf(AnswerFailed);
  });
});

describe("the coordinator's word", () => {
  test("PL15 may come after the asker's first frames, at every hop", async () => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 3);
    const words: (() => void)[] = [];
    net.word = (tell) => words.push(tell);
    const answer = collect(net.ask(net.tab(), hops), prompt(130), { count: 6 });
    for (const tell of words) {
      await settled();
      tell();
    }
    expect((await answer).ids).toEqual(oracleAnswer(prompt(130), layerCount, { count: 6 }));
    expect(hops.map((hop) => hop.drops.drops["unknown-session"])).toEqual([0, 0, 0]);
  });

  test("PL15 of a longer reservation may come after the turn that needs it", async () => {
    const net = createTestNet(new ManualClock());
    const hops = ring(net, 3);
    const session = net.ask(net.tab(), hops, { contextTokens: 24 });
    const first = await collect(session, prompt(16), { count: 4 });
    const longer = { ...session.route, contextTokens: 96 };
    session.extend(longer);
    const next = [...prompt(16), ...first.ids, ...prompt(40, 77)];
    const answer = collect(session, next, { count: 6 });
    for (const [i, hop] of hops.entries()) {
      await settled();
      hop.board.admit(hop.host, longer, i);
    }
    expect((await answer).ids).toEqual(oracleAnswer(next, layerCount, { count: 6 }));
  });

  test("PL15 that never comes fails the turn, and frames without it are dropped and counted", async () => {
    const clock = new ManualClock();
    const net = createTestNet(clock);
    const hops = ring(net, 2);
    const session = net.ask(net.tab(), hops, { contextTokens: 24 });
    await collect(session, prompt(16), { count: 4 });
    session.extend({ ...session.route, contextTokens: 96 });
    const answer = collect(session, prompt(40, 9)).catch((error: unknown) => error);
    await clock.advance(10_000);
    expect(await answer).toMatchObject({ reason: "context-full", hop: 0 });
    net.word = () => undefined;
    const unheard = collect(net.ask(net.tab(), hops), prompt(3)).catch((error: unknown) => error);
    await clock.advance(1_000_000);
    expect(await unheard).toBeInstanceOf(AnswerFailed);
    // The turn and its tokens, at least.
    expect(hops[0]?.drops.drops["unknown-session"]).toBeGreaterThanOrEqual(2);
  });

  test("PL15 of no session is awaited with more than its share of memory", async () => {
    const net = createTestNet(new ManualClock());
    const hop = net.hop({ from: 0, to: layerCount }, { layerCount });
    const stranger = net.tab();
    const link = await stranger.peers.link(hop.id);
    const session = "f".repeat(32) as SessionId;
    const ids = Int32Array.of(1);
    for (let i = 0; i < 1000; i++) {
      await link.send({ kind: "tokens", session, epoch: 0, turn: 0, position: i, branch: 0, ids });
    }
    await settled();
    expect(hop.drops.drops["unknown-session"]).toBe(1000 - 64);
  });
});

describe("hostile frames", () => {
  const run = async (tamper: (net: TestNet, hops: readonly TestHop[]) => void) => {
    const clock = new ManualClock();
    const net = createTestNet(clock);
    const hops = ring(net, 3);
    const asker = net.tab();
    const session = net.ask(asker, hops);
    tamper(net, hops);
    const answer = collect(session, prompt(30), { count: 10 }).then(
      ({ ids }) => ids,
      (error: unknown) => error,
    );
    await settled();
    // Longer than anybody waits for a hop's successor.
    await clock.advance(1_000_000);
    const outcome = await answer;
    return { outcome, net, drops: [asker, ...hops].map((tab) => tab.drops.drops) };
  };
  const right = oracleAnswer(prompt(30), layerCount, { count: 10 });

  test("PL2 every frame twice gives the same answer, and the second ones are counted", async () => {
    const { outcome, drops } = await run((net) => {
      net.tamper = (_from, _to, frame) => [frame, frame];
    });
    expect(outcome).toEqual(right);
    expect(drops.map((each) => each.replayed + each["stale-turn"]).every((n) => n >= 10)).toBe(true);
  });

  test("PL2 frames of another epoch or turn change nothing", async () => {
    const { outcome, drops } = await run((net) => {
      net.tamper = (_from, _to, frame) => [{ ...frame, epoch: 3 }, { ...frame, turn: 9 }, frame];
    });
    expect(outcome).toEqual(right);
    // Later epochs wait for their route, as far as there is room; the asker alone knows that there is none.
    expect(drops[0]?.["stale-epoch"]).toBeGreaterThanOrEqual(10);
    expect(drops.every((each) => each["stale-turn"] >= 10)).toBe(true);
  });

  test("PL1 a stranger's frames change nothing", async () => {
    const { outcome, drops } = await run((net, hops) => {
      const stranger = net.tab();
      let last: Parameters<NonNullable<TestNet["tamper"]>>[2] | null = null;
      net.tamper = (from, to, frame) => {
        if (from === stranger.id) return [frame];
        const forged = last;
        last = frame;
        if (forged !== null) void stranger.peers.link(to).then((link) => link.send(forged));
        for (const hop of hops) void stranger.peers.link(hop.id).then((link) => link.send(frame));
        return [frame];
      };
    });
    expect(outcome).toEqual(right);
    expect(drops.every((each) => each["wrong-sender"] > 0)).toBe(true);
  });

  test("PL3 a gap, a wrong width or a wrong dtype fails the hop by name", async () => {
    for (const spoil of ["gap", "width", "dtype"] as const) {
      const { outcome, net } = await run((fresh, hops) => {
        fresh.tamper = (from, _to, frame) => {
          if (frame.kind !== "hidden" || from !== hops[0]?.id || frame.position < 31) return [frame];
          if (spoil === "gap") return [{ ...frame, position: frame.position + 1 }];
          if (spoil === "width") return [{ ...frame, width: 1, count: frame.count * 2 }];
          return [{ ...frame, dtype: "f16", count: frame.count * 2 }];
        };
      });
      expect(outcome).toBeInstanceOf(AnswerFailed);
      expect(failures(net)[0]).toEqual({ reason: "bad-frame", hop: 1 });
    }
  });

  test("PL1 PL2 any mangled frame from any neighbour leaves hops that answer the next chat rightly", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 2, max: 30 }), async (seed, nth) => {
        const clock = new ManualClock();
        const net = createTestNet(clock);
        const hops = ring(net, 3);
        let n = 0;
        net.tamper = (_from, _to, frame) => {
          n += 1;
          if (n !== nth || !("position" in frame)) return [frame];
          return [
            { ...frame, position: seed % 64, turn: seed % 3, epoch: seed % 2 },
            ...(seed % 2 === 0 ? [] : [frame]),
          ];
        };
        const first = collect(net.ask(net.tab(), hops), prompt(20), { count: 8 }).catch((error: unknown) => error);
        await settled();
        await clock.advance(1_000_000);
        const outcome = await first;
        if (!(outcome instanceof AnswerFailed)) expect(outcome).toMatchObject({ end: "length" });
        net.tamper = null;
        const second = await collect(net.ask(net.tab(), hops), prompt(20), { count: 8 });
        expect(second.ids).toEqual(oracleAnswer(prompt(20), layerCount, { count: 8 }));
      }),
      { numRuns: 200 },
    );
  });
});
