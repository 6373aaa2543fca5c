import { expect, test } from "vitest";
import type { TabId } from "./ids.ts";
import {
  maxControlBytes,
  maxEventBytes,
  maxFrameBytes,
  maxHops,
  maxSliceBytes,
  maxStandbys,
  prefillChunkTokens,
} from "./limits.ts";
import { encodeFrame } from "./frame/codec.ts";
import type { ModelId, SessionId } from "./ids.ts";
import { PROTOCOL_VERSION, versionMismatch } from "./version.ts";

const tab = "a".repeat(32) as TabId;
const session = "5".repeat(32) as SessionId;

test("PR6 the limits are what the specification says, and a version fits its byte", () => {
  expect([maxEventBytes, maxSliceBytes, maxFrameBytes]).toEqual([65_536, 4600, 16 * 1024 ** 2 + 1024]);
  expect(PROTOCOL_VERSION).toBeLessThan(256);
});

const standbys = Array.from({ length: maxStandbys }, () => tab);
const id = 0x7fff_ffff;
const route = {
  session,
  modelId: "m".repeat(96) as ModelId,
  epoch: 0xffff_ffff,
  asker: tab,
  hops: Array.from({ length: maxHops }, (_, i) => ({ tab, range: { from: 4000 + i, to: 4001 + i }, standbys })),
  contextTokens: 131_072,
  frameDtype: "f16" as const,
  leaseMs: 3_600_000,
};

test("PR6 the longest route fits an event, and a claim of it with all who were lost", () => {
  const lost = Array.from({ length: 256 }, () => tab);
  expect(JSON.stringify({ route, state: "active", lost }).length).toBeLessThan(maxEventBytes - 1024);
});

test("PR6 the largest turn and reroute fit a control frame, and the widest prefill chunk a frame", () => {
  const turn = {
    type: "turn" as const,
    turn: id,
    base: 0,
    promptTokens: 131_072,
    sampleFrom: 131_072,
    maxNewTokens: 131_072,
    contextTokens: 131_072,
    sampling: { temperature: 1, topK: id, topP: 1, minP: 0, repetitionPenalty: 1.3, seed: 0xffff_ffff },
    penalised: Array.from({ length: 4096 }, () => id),
    stopTokens: Array.from({ length: 64 }, () => id),
  };
  for (const message of [turn, { type: "reroute" as const, route, turn, certain: 128 * 1024 }]) {
    const bytes = encodeFrame({ kind: "control", session, epoch: 0, turn: 0, message });
    expect(bytes.byteLength).toBeLessThanOrEqual(maxControlBytes);
  }
  expect(prefillChunkTokens * 16_384 * 4).toBeLessThan(maxFrameBytes);
});

test("PR2 the sentence about versions says who must reload", () => {
  expect(versionMismatch(PROTOCOL_VERSION + 1)).toContain("Reload the page");
  expect(versionMismatch(PROTOCOL_VERSION - 1)).toContain("Ask its owner to reload");
});
