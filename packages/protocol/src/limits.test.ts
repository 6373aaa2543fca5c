import { expect, test } from "vitest";
import type { TabId } from "./ids.ts";
import { maxControlBytes, maxEventBytes, maxFrameBytes, maxHops, maxSliceBytes, prefillChunkTokens } from "./limits.ts";
import { encodeFrame } from "./frame/codec.ts";
import type { SessionId } from "./ids.ts";
import { PROTOCOL_VERSION, versionMismatch } from "./version.ts";

const tab = "a".repeat(32) as TabId;
const session = "5".repeat(32) as SessionId;

test("PR6 the limits are what the specification says, and a version fits its byte", () => {
  expect([maxEventBytes, maxSliceBytes, maxFrameBytes]).toEqual([65_536, 4600, 16 * 1024 ** 2 + 1024]);
  expect(PROTOCOL_VERSION).toBeLessThan(256);
});

test("PR6 the longest route fits an event", () => {
  const standbys = Array.from({ length: 8 }, () => tab);
  const hops = Array.from({ length: maxHops }, (_, i) => ({ tab, range: { from: i, to: i + 1 }, standbys }));
  expect(JSON.stringify({ route: { session, hops }, hop: 1 }).length).toBeLessThan(maxEventBytes - 1024);
});

test("PR6 the largest turn fits a control frame, and the widest prefill chunk a frame", () => {
  const id = 0x7fff_ffff;
  const turn = {
    type: "turn" as const,
    turn: id,
    base: 0,
    promptTokens: 131_072,
    maxNewTokens: 131_072,
    contextTokens: 131_072,
    sampling: { temperature: 1, topK: id, topP: 1, minP: 0, repetitionPenalty: 1.3, seed: 0xffff_ffff },
    penalised: Array.from({ length: 4096 }, () => id),
    stopTokens: Array.from({ length: 64 }, () => id),
  };
  const bytes = encodeFrame({ kind: "control", session, epoch: 0, turn: 0, message: turn });
  expect(bytes.byteLength).toBeLessThanOrEqual(maxControlBytes);
  expect(prefillChunkTokens * 16_384 * 4).toBeLessThan(maxFrameBytes);
});

test("PR2 the sentence about versions says who must reload", () => {
  expect(versionMismatch(PROTOCOL_VERSION + 1)).toContain("Reload the page");
  expect(versionMismatch(PROTOCOL_VERSION - 1)).toContain("Ask its owner to reload");
});
