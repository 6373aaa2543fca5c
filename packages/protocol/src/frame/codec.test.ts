import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ModelId, SessionId, TabId } from "../ids.ts";
import { maxControlBytes, maxFrameBytes } from "../limits.ts";
import type { Route } from "../route.ts";
import { PROTOCOL_VERSION } from "../version.ts";
import { controlSchema, type LinkControl, type SessionControl } from "../control/control.ts";
import { failureReasons } from "../control/failed.ts";
import { decodeFrame, encodeFrame, frameHeaderBytes } from "./codec.ts";
import { FrameError, frameFaults } from "./frame-error.ts";
import type { Frame, HiddenFrame } from "./frame.ts";

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u31 = fc.integer({ min: 0, max: 0x7fff_ffff });
const hex128 = fc.stringMatching(/^[0-9a-f]{32}$/);
const session = hex128.map((s) => s as SessionId);
const tab = hex128.map((s) => s as TabId);
const head = { session, epoch: u32, turn: fc.integer({ min: 0, max: 0xffff }) };
const lap = fc.record({ computeUs: u32, readBackUs: u32, encodeUs: u32, waitUs: u32 });

const tokens = fc.record({
  kind: fc.constant("tokens" as const),
  ...head,
  position: u32,
  branch: fc.integer({ min: 0, max: 0xffff }),
  ids: fc.array(u31, { minLength: 1, maxLength: 200 }).map((ids) => Int32Array.from(ids)),
});
const hidden = fc
  .record({
    kind: fc.constant("hidden" as const),
    ...head,
    position: u32,
    branch: fc.integer({ min: 0, max: 0xffff }),
    announced: fc.boolean(),
    count: fc.integer({ min: 1, max: 8 }),
    width: fc.integer({ min: 1, max: 64 }),
    dtype: fc.constantFrom("f32" as const, "f16" as const),
    lap,
    byte: fc.nat(255),
  })
  .map(({ byte, ...frame }): HiddenFrame => {
    const bytes = frame.count * frame.width * (frame.dtype === "f32" ? 4 : 2);
    return { ...frame, data: Uint8Array.from({ length: bytes }, (_, i) => (byte + i) & 0xff) };
  });
const token = fc.record({
  kind: fc.constant("token" as const),
  ...head,
  position: u32,
  ids: fc.array(u31, { minLength: 1, maxLength: 64 }).map((ids) => Int32Array.from(ids)),
  end: fc.constantFrom(null, "stop-token" as const, "length" as const, "context-full" as const),
  lap,
});
const contextTokens = fc.integer({ min: 1, max: 128 * 1024 });
const turn = fc
  .record({
    type: fc.constant("turn" as const),
    turn: u31,
    base: fc.constant(0),
    promptTokens: fc.integer({ min: 1, max: 64 * 1024 }),
    answered: fc.option(fc.nat(64 * 1024)),
    maxNewTokens: contextTokens,
    contextTokens: contextTokens,
    sampling: fc.record({
      temperature: fc.double({ min: 0, max: 10, noNaN: true }).map(Math.abs),
      topK: u31,
      topP: fc.constantFrom(0, 0.5, 1),
      minP: fc.constantFrom(0, 0.1, 1),
      repetitionPenalty: fc.constantFrom(0.5, 1, 1.3),
      seed: u32,
    }),
    penalised: fc.array(u31, { maxLength: 20 }),
    stopTokens: fc.array(u31, { maxLength: 5 }),
  })
  .map(({ answered, ...rest }) => ({ ...rest, sampleFrom: answered === null ? null : rest.promptTokens + answered }));
const route = fc
  .record({
    session,
    modelId: fc.constantFrom("demo-10m-q4", "m").map((id) => id as ModelId),
    epoch: u32,
    asker: tab,
    contextTokens,
    frameDtype: fc.constantFrom("f32" as const, "f16" as const),
    leaseMs: fc.integer({ min: 1000, max: 3_600_000 }),
    hops: fc.array(
      fc.record({ tab, layers: fc.integer({ min: 1, max: 9 }), standbys: fc.array(tab, { maxLength: 2 }) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  })
  .map(({ hops, ...rest }): Route => {
    let from = 0;
    return {
      ...rest,
      hops: hops.map(({ layers, ...hop }) => ({ ...hop, range: { from, to: (from += layers) } })),
    };
  });
const sessionControl: fc.Arbitrary<SessionControl> = fc.oneof(
  turn,
  fc.record({ type: fc.constant("reroute" as const), route, turn: fc.option(turn), certain: fc.nat(128 * 1024) }),
  fc.record({ type: fc.constant("have" as const), length: fc.nat(128 * 1024) }),
  fc.record({
    type: fc.constant("progress" as const),
    hop: fc.integer({ min: 0, max: 1024 }),
    length: fc.nat(128 * 1024),
  }),
  fc.record({ type: fc.constant("suspect" as const), tab }),
  fc.record({ type: fc.constant("share" as const), like: session, length: fc.integer({ min: 1, max: 128 * 1024 }) }),
  fc.record({ type: fc.constant("leaving" as const), why: fc.constantFrom("stopped" as const, "slow" as const) }),
  fc.record({ type: fc.constant("end" as const), why: fc.constantFrom("stopped" as const, "closed" as const) }),
  fc.record({
    type: fc.constant("failed" as const),
    reason: fc.constantFrom(...failureReasons),
    hop: fc.integer({ min: 0, max: 1024 }),
    detail: fc.string({ maxLength: 500, unit: "grapheme-ascii" }),
  }),
);
const linkControl: fc.Arbitrary<LinkControl> = fc.oneof(
  fc.record({ type: fc.constant("link-hello" as const), protocol: u31, tab, to: tab }),
  fc.record({ type: fc.constantFrom("ping" as const, "pong" as const), n: u31 }),
);
const control = fc.record({ kind: fc.constant("control" as const), ...head, message: sessionControl });
const link = fc.record({ kind: fc.constant("link" as const), message: linkControl });
const frame: fc.Arbitrary<Frame> = fc.oneof(tokens, hidden, token, control, link);

describe("what is written reads back", () => {
  for (const [kind, arbitrary] of Object.entries({ tokens, hidden, token, control, link })) {
    test(`PR3 every ${kind} frame reads back equal`, () => {
      fc.assert(
        fc.property<[Frame]>(arbitrary, (original) => {
          expect(decodeFrame(encodeFrame(original))).toEqual(original);
        }),
        { numRuns: 300 },
      );
    });
  }

  test("PR3 a frame reads back from the middle of a larger buffer", () => {
    fc.assert(
      fc.property(frame, fc.nat(17), (original, before) => {
        const bytes = encodeFrame(original);
        const around = new Uint8Array(bytes.byteLength + before + 5).fill(0xee);
        around.set(bytes, before);
        expect(decodeFrame(around.subarray(before, before + bytes.byteLength))).toEqual(original);
      }),
    );
  });

  test("PR3 a turn is written modulo 65,536, and lap times stop at the largest that fits", () => {
    const [sample] = fc.sample(token, { numRuns: 1, seed: 1 });
    const times = { computeUs: -3, readBackUs: 1.6, encodeUs: 2 ** 40, waitUs: 0 };
    const read = decodeFrame(encodeFrame({ ...sample!, turn: 65_537, lap: times }));
    expect(read).toMatchObject({ turn: 1, lap: { computeUs: 0, readBackUs: 2, encodeUs: 0xffff_ffff, waitUs: 0 } });
  });
});

describe("every control message", () => {
  test("PR3 each type there is was among those that read back equal", () => {
    const drawn = fc.sample(fc.oneof(sessionControl, linkControl), { numRuns: 500, seed: 3 });
    const { options } = controlSchema as unknown as { readonly options: readonly unknown[] };
    expect(new Set(drawn.map(({ type }) => (type === "pong" ? "ping" : type))).size).toBe(options.length);
  });
});

describe("our own mistakes", () => {
  const ids = Int32Array.of(1);
  const at = { session: "0".repeat(32) as SessionId, epoch: 0, turn: 0, position: 0, branch: 0 };
  const times = { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 };
  const row = { announced: false, count: 1, width: 2, dtype: "f16" as const, lap: times, data: new Uint8Array(4) };
  const message = { type: "failed" as const, reason: "engine-error" as const, hop: 0 };
  const mistakes: [what: string, frame: Frame][] = [
    ["no tokens", { kind: "tokens", ...at, ids: new Int32Array(0) }],
    ["a negative token", { kind: "tokens", ...at, ids: Int32Array.of(4, -1) }],
    ["an epoch past 32 bits", { kind: "tokens", ...at, epoch: 2 ** 32, ids }],
    ["a fractional position", { kind: "tokens", ...at, position: 0.5, ids }],
    ["too little data", { kind: "hidden", ...at, ...row, data: new Uint8Array(3) }],
    ["data of the other dtype", { kind: "hidden", ...at, ...row, dtype: "f32" }],
    ["no rows", { kind: "hidden", ...at, ...row, count: 0, data: new Uint8Array(0) }],
    ["a drawn token below zero", { kind: "token", ...at, ids: Int32Array.of(-1), end: null, lap: times }],
    ["more tokens than a lap gives", { kind: "token", ...at, ids: new Int32Array(65), end: null, lap: times }],
    ["a huge message", { kind: "control", ...at, message: { ...message, detail: "x".repeat(maxControlBytes) } }],
    ["a huge frame", { kind: "tokens", ...at, ids: new Int32Array(maxFrameBytes / 4) }],
  ];
  test.each(mistakes)("PR7 %s is a RangeError of the encoder", (_, mistake) => {
    expect(() => encodeFrame(mistake)).toThrow(RangeError);
  });
});

describe("bytes from a stranger", () => {
  /** Decoded, or refused with a named fault; anything else fails the test. */
  function outcome(bytes: Uint8Array): Frame | FrameError {
    try {
      return decodeFrame(bytes);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      expect(frameFaults).toContain(error.fault);
      return error;
    }
  }

  test("PR4 random bytes are refused by a named fault", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(outcome(bytes)).toBeInstanceOf(FrameError);
      }),
      { numRuns: 2000 },
    );
  });

  test("PR4 random bytes behind a plausible header never throw anything but a FrameError", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.uint8Array({ minLength: 48, maxLength: 200 }), (kind, bytes) => {
        bytes[0] = PROTOCOL_VERSION;
        bytes[1] = kind;
        new DataView(bytes.buffer, bytes.byteOffset).setUint32(40, bytes.byteLength - frameHeaderBytes, true);
        outcome(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test("PR4 what a mutated frame still decodes to is a frame that the encoder writes the same way", () => {
    fc.assert(
      fc.property(
        frame,
        fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (original, changes) => {
          const bytes = encodeFrame(original);
          for (const [at, value] of changes) bytes[at % bytes.byteLength] = value;
          const read = outcome(bytes);
          // JSON may be spelled in several ways; the rest has one spelling.
          if (read instanceof FrameError || read.kind === "control" || read.kind === "link") return;
          expect(encodeFrame(read)).toEqual(bytes);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("PR4 every truncated frame is refused", () => {
    fc.assert(
      fc.property(frame, fc.nat(), (original, cut) => {
        const bytes = encodeFrame(original);
        const read = outcome(bytes.subarray(0, cut % bytes.byteLength));
        expect(read).toMatchObject({ fault: expect.stringMatching(/^(truncated|bad-length)$/) });
      }),
      { numRuns: 500 },
    );
  });

  const [aToken, aHidden, aLink] = [token, hidden, link].map(
    (kind) => fc.sample<Frame>(kind, { numRuns: 1, seed: 7 })[0]!,
  );
  const changed = (of: Frame | undefined, at: number, value: number): Uint8Array => {
    const bytes = encodeFrame(of!);
    bytes[at] = value;
    return bytes;
  };
  const json = (text: string | Uint8Array, kind: number): Uint8Array => {
    const payload = typeof text === "string" ? new TextEncoder().encode(text) : text;
    const bytes = new Uint8Array(frameHeaderBytes + payload.byteLength);
    bytes.set([PROTOCOL_VERSION, kind]);
    bytes.set(payload, frameHeaderBytes);
    new DataView(bytes.buffer).setUint32(40, payload.byteLength, true);
    return bytes;
  };
  const hostile: [what: string, fault: string, bytes: () => Uint8Array][] = [
    ["nothing", "truncated", () => new Uint8Array(0)],
    ["too much", "oversized", () => new Uint8Array(maxFrameBytes + 1)],
    ["another version", "bad-version", () => changed(aToken, 0, PROTOCOL_VERSION + 1)],
    ["kind 0", "unknown-kind", () => changed(aToken, 1, 0)],
    ["kind 6", "unknown-kind", () => changed(aToken, 1, 6)],
    ["a dtype on a token", "bad-field", () => changed(aToken, 2, 1)],
    ["no dtype on hidden states", "bad-field", () => changed(aHidden, 2, 0)],
    ["an unknown dtype", "bad-field", () => changed(aHidden, 2, 3)],
    ["unknown flags", "bad-field", () => changed(aToken, 3, 8)],
    ["an unknown end reason", "bad-field", () => changed(aToken, 3, 4)],
    ["a branch on a token", "bad-field", () => changed(aToken, 7, 128)],
    ["an unknown flag on hidden states", "bad-field", () => changed(aHidden, 3, 2)],
    ["a reserved u32", "bad-field", () => changed(aToken, 47, 128)],
    ["a session on a link frame", "bad-field", () => changed(aLink, 8, 1)],
    ["an epoch on a link frame", "bad-field", () => changed(aLink, 27, 1)],
    ["a turn on a link frame", "bad-field", () => changed(aLink, 5, 1)],
    ["a position on a link frame", "bad-field", () => changed(aLink, 28, 1)],
    ["a wrong payload length", "bad-length", () => changed(aToken, 40, 15)],
    ["a wrong count", "bad-length", () => changed(aHidden, 32, 9)],
    ["more tokens than a token frame holds", "bad-length", () => changed(aToken, 32, 65)],
    ["no JSON", "bad-control", () => json("{", 4)],
    ["no UTF-8", "bad-control", () => json(Uint8Array.of(0xff, 0xfe), 4)],
    ["null", "bad-control", () => json("null", 5)],
    ["an unknown type", "bad-control", () => json('{"type":"exec"}', 4)],
    ["a ping among a session's frames", "bad-control", () => json('{"type":"ping","n":1}', 4)],
    ["an end among the link's frames", "bad-control", () => json('{"type":"end","why":"closed"}', 5)],
    ["a fractional ping", "bad-control", () => json('{"type":"ping","n":0.5}', 5)],
    ["a reason nobody knows", "bad-control", () => json('{"type":"failed","reason":"x","hop":0,"detail":""}', 4)],
    ["a huge message", "oversized", () => json(`"${"x".repeat(maxControlBytes)}"`, 4)],
  ];
  test.each(hostile)("PR4 %s is refused as %s", (_, fault, bytes) => {
    expect(outcome(bytes())).toMatchObject({ fault });
  });

  test("PR4 deep JSON is refused, not a stack overflow", () => {
    expect(outcome(json("[".repeat(30_000) + "]".repeat(30_000), 4))).toMatchObject({ fault: "bad-control" });
  });
});
