import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { down } from "./down.ts";
import { peerSignalSchema, parsePeerSignal } from "./peer-signal.ts";
import { up } from "./up.ts";

const id = "0123456789abcdef".repeat(2);
const range = { from: 0, to: 4 };
const hops = [
  { tab: id, range, standbys: [] },
  { tab: id, range: { from: 4, to: 6 }, standbys: [id] },
];
const route = {
  session: id,
  modelId: "demo-10m-q4",
  epoch: 0,
  asker: id,
  hops,
  contextTokens: 2048,
  frameDtype: "f16",
  leaseMs: 60_000,
};
const segment = { modelId: "demo-10m-q4", ...range };
const refusal = { status: "refused", reason: "unknown-model", message: "No such model." };
const queued = { status: "queued", request: "r1", position: 1, reason: { kind: "all-busy" }, waitMs: 4200 };
const missing = { ...queued, reason: { kind: "layers-missing", missing: [range] } };
const ready = { status: "ready", request: "r1", route, resumed: false, legsMs: [0.5, null, 12] };
const donate = {
  preview: false,
  models: ["m"],
  budgetBytes: 1e9,
  backend: "wasm",
  f16: true,
  cached: [segment],
  holding: null,
  avoid: [segment],
  country: null,
};
const heldBytes = { segment: 9, draft: 0 };
const assigned = { status: "assigned", segment, weightBytes: 5, heldBytes, kvTokens: 4096, draft: null };
const welcome = { status: "welcome", tab: id, secret: "s", heartbeatMs: 5000, iceServers: [{ urls: ["stun:a.test"] }] };
const turn = { urls: ["turn:a.test"], username: "u", credential: "c" };
const offer = { type: "offer", sdp: "v=0" };
const candidate = { type: "candidate", candidate: { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 } };

const model = {
  id: "demo-10m-q4",
  name: "Demo",
  dtype: "q4",
  layerCount: 2,
  maxPositions: 2048,
  weightBytes: 9,
  kvBytesPerToken: 4,
  smallestBudgetBytes: 5,
  tabsPerLayer: [1, 0],
  joiningPerLayer: [0, 1],
  unreachablePerLayer: [0, 0],
  standbyPerLayer: [0, 0],
  available: false,
  sessions: 0,
  standbys: 0,
  queued: 0,
  answersPerMinute: 3,
  tokensPerSecond: 41.5,
  manifestUrl: "/models/demo-10m-q4/manifest.json",
};
const node = { name: "0123abcd", segment, state: "ready", standsBy: false };
const link = { a: "0123abcd", b: "89abcdef", ms: 12 };
const view = {
  tabs: 3,
  donors: 2,
  queued: 0,
  nodesInAll: 2,
  models: [model, { ...model, draft: segment }],
  nodes: [node, { ...node, name: "89abcdef" }],
  links: [link],
  countries: [{ code: "CH", donors: 1 }],
};

interface Row {
  readonly schema: v.GenericSchema;
  /** All of them are what the types allow. Every field of the first ones is needed, unless named in `optional`. */
  readonly good: readonly object[];
  readonly bad: readonly unknown[];
  readonly optional?: readonly string[];
  readonly nullable?: readonly string[];
}

const rows: Record<string, Row> = {
  "up hello": {
    schema: up.hello.payload,
    good: [{ protocol: 1 }, { protocol: 7, resume: { tab: id, secret: "s" } }, { protocol: 1, resume: undefined }],
    bad: [{ protocol: 1.5 }, { protocol: 1, resume: { tab: "x", secret: "s" } }, { protocol: 1, resume: { tab: id } }],
    optional: ["resume"],
  },
  "up hello, answer": {
    schema: up.hello.answer,
    good: [welcome, { ...welcome, iceServers: [turn] }, refusal],
    bad: [
      { ...welcome, tab: id.toUpperCase() },
      { ...welcome, heartbeatMs: 0 },
      { ...refusal, reason: "mood" },
    ],
  },
  "up donate": {
    schema: up.donate.payload,
    good: [
      donate,
      { ...donate, models: [], cached: [] },
      { ...donate, holding: segment },
      { ...donate, avoid: [], country: "CH" },
    ],
    nullable: ["holding", "country"],
    bad: [
      { ...donate, country: "che" },
      { ...donate, avoid: [{ ...segment, to: 0 }] },
      { ...donate, budgetBytes: -1 },
      { ...donate, budgetBytes: Number.NaN },
      { ...donate, backend: "cuda" },
      { ...donate, models: ["../etc"] },
      { ...donate, models: Array.from({ length: 33 }, () => "m") },
      { ...donate, cached: [{ ...segment, to: 0 }] },
    ],
  },
  "up donate, answer": {
    schema: up.donate.answer,
    good: [assigned, { ...assigned, draft: segment }, refusal],
    nullable: ["draft"],
    bad: [
      { ...assigned, weightBytes: -1 },
      { ...assigned, heldBytes: { segment: 9, draft: -1 } },
      { ...assigned, kvTokens: 0.5 },
      { ...assigned, draft: { ...segment, to: 0 } },
    ],
  },
  "up status": {
    schema: up.status.payload,
    good: [
      { donor: "ready", stepMs: 12.5, sessions: 2, pace: "steady" },
      { donor: "ready", stepMs: 0, sessions: 0, pace: "slow" },
      { donor: "ready", stepMs: 0, sessions: 0, pace: "draining" },
      { donor: "none" },
      { donor: "loading" },
      { donor: "failed", reason: "out of memory" },
    ],
    bad: [
      { donor: "ready" },
      { donor: "ready", stepMs: 1, sessions: 0, pace: "brisk" },
      { donor: "failed", reason: "x".repeat(201) },
      { donor: "asleep" },
    ],
  },
  "up stop-donating": {
    schema: up["stop-donating"].payload,
    good: [{ why: "stopped" }, { why: "leaving" }],
    bad: [{}],
  },
  "up request-route": {
    schema: up["request-route"].payload,
    good: [
      { request: "r1", modelId: "m", contextTokens: 1 },
      { request: "r1", modelId: "m", contextTokens: 9, resume: id },
    ],
    bad: [
      { request: "", modelId: "m", contextTokens: 1 },
      { request: "r1", modelId: "m", contextTokens: 0 },
      { request: "r1", modelId: "m", contextTokens: 1e9 },
    ],
    optional: ["resume"],
  },
  "up request-route, answer": {
    schema: up["request-route"].answer,
    good: [ready, queued, missing, refusal],
    nullable: ["waitMs"],
    bad: [
      { ...queued, position: 0 },
      { ...ready, status: "refused" },
    ],
  },
  "up cancel-route": { schema: up["cancel-route"].payload, good: [{ request: "r-1_A" }], bad: [{ request: "r 1" }] },
  "up measured": {
    schema: up.measured.payload,
    good: [{ links: [{ tab: id, ms: 0.4 }] }, { links: [] }],
    bad: [
      { links: [{ tab: id, ms: -1 }] },
      { links: [{ tab: id, ms: Infinity }] },
      { links: [{ tab: id, ms: Number.NaN }] },
      { links: [{ tab: "x", ms: 1 }] },
      { links: Array.from({ length: 9 }, () => ({ tab: id, ms: 1 })) },
    ],
  },
  "up settle": {
    schema: up.settle.payload,
    good: [
      { session: id, state: "idle" },
      { session: id, state: "ended" },
      { session: id, state: "idle", tokens: 12 },
    ],
    bad: [
      { session: id, state: "paused" },
      { session: id, state: "idle", tokens: -1 },
      { session: id, state: "idle", tokens: 1e9 },
    ],
    optional: ["tokens"],
  },
  "up answered": {
    schema: up.answered.payload,
    good: [{ session: id, tokens: 0 }],
    bad: [
      { session: id, tokens: -1 },
      { session: id, tokens: 0.5 },
      { session: id, tokens: 1e9 },
    ],
  },
  "up watch": { schema: up.watch.payload, good: [{ on: true }, { on: false }], bad: [{ on: "yes" }] },
  "up claim": {
    schema: up.claim.payload,
    good: [
      { route, state: "active", lost: [] },
      { route: { ...route, epoch: 7 }, state: "idle", lost: [id] },
    ],
    bad: [
      { route, state: "ended", lost: [] },
      { route: { ...route, hops: [] }, state: "idle", lost: [] },
      { route, state: "idle", lost: ["x"] },
      { route, state: "idle", lost: Array.from({ length: 257 }, () => id) },
    ],
  },
  "up repair": {
    schema: up.repair.payload,
    good: [
      { request: "r1", session: id, lost: [id], barred: [id] },
      { request: "r1", session: id, lost: [], barred: [] },
    ],
    bad: [
      { request: "r 1", session: id, lost: [] },
      { request: "r1", session: "x", lost: [] },
      { request: "r1", session: id, lost: Array.from({ length: 257 }, () => id) },
    ],
  },
  "up repair, answer": {
    schema: up.repair.answer,
    good: [ready, queued, missing, refusal],
    nullable: ["waitMs"],
    bad: [{ ...ready, status: "taken" }],
  },
  "up relay": {
    schema: up.relay.payload,
    good: [{ to: id, data: "{}" }],
    bad: [{ to: id, data: "x".repeat(48 * 1024 + 1) }],
  },
  taken: { schema: up.status.answer, good: [{ status: "taken" }, refusal], bad: [{ status: "maybe" }] },
  "down route-ready": {
    schema: down["route-ready"],
    good: [ready],
    bad: [
      { ...ready, route: { ...route, hops: [] } },
      { ...ready, legsMs: [-1] },
      { ...ready, legsMs: Array.from({ length: 66 }, () => 1) },
    ],
  },
  "down queued": {
    schema: down.queued,
    good: [queued, missing],
    nullable: ["waitMs"],
    bad: [
      { ...queued, reason: { kind: "tired" } },
      { ...queued, waitMs: -1 },
    ],
  },
  "down admit": {
    schema: down.admit,
    good: [
      { route, hop: 0 },
      { route, hop: 1 },
    ],
    bad: [
      { route, hop: 2 },
      { route: { ...route, hops: [hops[1]] }, hop: 0 },
      { route: { ...route, hops: [hops[0], hops[0]] }, hop: 0 },
      { route: { ...route, epoch: -1 }, hop: 0 },
      { route: { ...route, frameDtype: "i8" }, hop: 0 },
      { route: { ...route, leaseMs: 1 }, hop: 0 },
    ],
  },
  "down dismiss": {
    schema: down.dismiss,
    good: ["ended", "asker-gone", "replaced", "evicted", "lease-expired", "shutting-down"].map((why) => ({
      session: id,
      why,
    })),
    bad: ["bored", "hop-left"].map((why) => ({ session: id, why })),
  },
  "down hop-gone": {
    schema: down["hop-gone"],
    good: [
      { session: id, tab: id, certain: true },
      { session: id, tab: id, certain: false },
    ],
    bad: [
      { session: id, tab: "x", certain: true },
      { session: id, tab: id, certain: "yes" },
    ],
  },
  "down standbys": {
    schema: down.standbys,
    good: [
      { session: id, hops: [{ tab: id, standbys: [id, id] }] },
      { session: id, hops: [] },
    ],
    bad: [
      { session: id, hops: [{ tab: id, standbys: [id, id, id] }] },
      { session: id, hops: [{ tab: id }] },
      { session: id, hops: Array.from({ length: 65 }, () => ({ tab: id, standbys: [] })) },
    ],
  },
  "down swarm": {
    schema: down.swarm,
    good: [
      { number: 0, view },
      { number: 7, view: { ...view, models: [], nodes: [], links: [], countries: [] } },
    ],
    bad: [
      { number: -1, view },
      { number: 0, view: { ...view, tabs: -1 } },
      { number: 0, view: { ...view, nodes: [{ ...node, name: id }] } },
      { number: 0, view: { ...view, nodes: Array.from({ length: 201 }, () => node) } },
      { number: 0, view: { ...view, nodes: [{ ...node, state: "asleep" }] } },
      { number: 0, view: { ...view, links: [{ ...link, ms: Infinity }] } },
      { number: 0, view: { ...view, countries: [{ code: "Switzerland", donors: 1 }] } },
      { number: 0, view: { ...view, models: [{ ...model, tabsPerLayer: ["1"] }] } },
    ],
  },
  "down swarm-change": {
    schema: down["swarm-change"],
    good: [
      { number: 1, change: {} },
      {
        number: 2,
        change: {
          counts: { tabs: 1, donors: 1, queued: 0, nodesInAll: 1 },
          models: [{ id: "m", tokensPerSecond: 4.5 }],
          nodes: { put: [node], gone: ["89abcdef"] },
          links: { put: [link], gone: [{ a: link.a, b: link.b }] },
          countries: [],
        },
      },
    ],
    bad: [
      { number: 0, change: {} },
      { number: 1, change: { nodes: { put: [] } } },
      { number: 1, change: { models: [{ tokensPerSecond: 4 }] } },
    ],
  },
  "down relay": { schema: down.relay, good: [{ from: id, data: "{}" }], bad: [{ from: 5, data: "{}" }] },
  "down notice": {
    schema: down.notice,
    good: [{ kind: "shutting-down", message: "Back soon." }],
    bad: [{ kind: "advert", message: "" }],
  },
  "peer signal": {
    schema: peerSignalSchema,
    good: [offer, { ...offer, type: "answer" }, candidate, { type: "candidate", candidate: { candidate: "" } }],
    bad: [
      { type: "renegotiate", renegotiate: true },
      { type: "offer", sdp: "" },
      { type: "offer", candidate: {} },
      { type: "candidate", candidate: { candidate: "x".repeat(2000) } },
      { type: "candidate", candidate: { candidate: "x", sdpMLineIndex: -1 } },
    ],
  },
};

describe("signal events", () => {
  test.each(Object.entries(rows))("PR1 %s takes what its type allows and refuses the rest", (_, row) => {
    for (const good of row.good) {
      expect(v.parse(row.schema, good)).toEqual(good);
      for (const [key, value] of Object.entries(good)) {
        const { [key]: _left, ...rest } = good as Record<string, unknown>;
        const missingKey = v.is(row.schema, rest);
        expect.soft(missingKey, `without ${key}`).toBe(row.optional?.includes(key) ?? false);
        if (value === undefined) continue;
        const wrong = typeof value === "number" ? "5" : 5;
        expect.soft(v.is(row.schema, { ...good, [key]: wrong }), `${key} of the wrong type`).toBe(false);
        expect
          .soft(v.is(row.schema, { ...good, [key]: null }), `${key} null`)
          .toBe(row.nullable?.includes(key) ?? false);
      }
    }
    for (const bad of [...row.bad, null, undefined, 5, "x", [], {}]) {
      expect.soft(v.is(row.schema, bad), JSON.stringify(bad)).toBe(false);
    }
  });

  test("PR1 every event there is has a row in this table", () => {
    const names = [...Object.keys(up).map((n) => `up ${n}`), ...Object.keys(down).map((n) => `down ${n}`)];
    expect(Object.keys(rows)).toEqual(expect.arrayContaining(names));
  });

  test("PR1 fields that no type names do not get through", () => {
    expect(v.parse(up.settle.payload, { session: id, state: "idle", admin: true })).toEqual({
      session: id,
      state: "idle",
    });
  });
});

describe("peer signals", () => {
  test("PR8 text that is no signal is null, whatever it is", () => {
    for (const text of ["", "null", "{", "5", "[]", '{"type":"offer"}']) expect(parsePeerSignal(text)).toBeNull();
    expect(parsePeerSignal(JSON.stringify(candidate))).toEqual(candidate);
  });
});
