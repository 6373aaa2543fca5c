import { encodeFrame, type ModelId, type Route, type SessionId, type TabId } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import type { TimedOracle } from "../tab/timed-oracle.ts";
import { Watch } from "./watch.ts";

const tab = (n: number): TabId => n.toString(16).padStart(32, "0") as TabId;
const session = "5".repeat(32) as SessionId;

function route(ranges: readonly (readonly [from: number, to: number])[], epoch = 0, firstTab = 1): Route {
  return {
    session,
    modelId: "oracle" as ModelId,
    epoch,
    asker: tab(9),
    hops: ranges.map(([from, to], i) => ({ tab: tab(firstTab + i), range: { from, to }, standbys: [] })),
    contextTokens: 64,
    frameDtype: "f32",
    leaseMs: 60_000,
  };
}

/** A reroute as it lies on the wire: one slice. */
function reroute(of: Route): Uint8Array {
  const frame = encodeFrame({
    kind: "control",
    session,
    epoch: of.epoch,
    turn: 0,
    message: { type: "reroute", route: of, turn: null, certain: 0 },
  });
  const message = new Uint8Array(16 + frame.byteLength);
  new DataView(message.buffer).setUint32(8, frame.byteLength, true);
  message.set(frame, 16);
  return message;
}

const complaints = (watch: Watch): string[] =>
  watch.violations.map(({ message }) => message.replace(/^at \d+ ms: /, ""));

function shard(openSessions: number): TimedOracle {
  return {
    openSessions: new Map(Array.from({ length: openSessions }, (_, i) => [`${i}`, {}])),
  } as unknown as TimedOracle;
}

describe("what a run is watched for", () => {
  test("SI3 a route that leaves a layer out, ends early or names a tab that holds others is noticed", () => {
    const watch = new Watch(4, () => 0);
    watch.route(route([[0, 2], [2, 4]])); // prettier-ignore
    expect(complaints(watch)).toEqual([]);
    watch.route(route([[0, 2]]));
    watch.route(route([[0, 1], [2, 4]])); // prettier-ignore
    watch.shards.add({ tab: tab(2), range: { from: 1, to: 4 }, kvTokens: 100, runner: shard(0) });
    watch.route(route([[0, 2], [2, 4]])); // prettier-ignore
    expect(complaints(watch).map((what) => what.split(":")[0])).toEqual([
      "a route ends early",
      "a route does not tile",
      "a hop of a route holds other layers",
    ]);
  });

  test("SI4 an epoch that falls on a link, two routes of one epoch, and a foreign writer are noticed", () => {
    const watch = new Watch(4, () => 0);
    watch.message(tab(9), tab(1), reroute(route([[0, 4]], 2)));
    watch.message(tab(9), tab(2), reroute(route([[0, 4]], 2)));
    expect(complaints(watch)).toEqual([]);
    watch.message(tab(9), tab(1), reroute(route([[0, 4]], 1)));
    watch.message(tab(9), tab(3), reroute(route([[0, 4]], 2, 3)));
    watch.message(tab(1), tab(4), reroute(route([[0, 4]], 3)));
    expect(complaints(watch)).toEqual([
      "the epoch falls from 2 to 1 on a link",
      "two routes of epoch 2",
      "a reroute comes from somebody else than the asker",
    ]);
  });

  test("SI7 a shard that keeps a session when all chats are over is noticed, unless its tab is gone", () => {
    const watch = new Watch(4, () => 0);
    watch.shards.add({ tab: tab(1), range: { from: 0, to: 4 }, kvTokens: 100, runner: shard(1) });
    watch.empty(() => false);
    expect(complaints(watch)).toEqual([]);
    watch.empty(() => true);
    expect(complaints(watch)[0]).toMatch(/keeps a session that nobody owns/);
  });
});
