import { ManualClock } from "@potluck/link";
import type { ModelId, Route, SessionId, TabId } from "@potluck/protocol";
import { expect, test } from "vitest";
import { Announcement } from "../asker/announcement.ts";
import { createTestNet, type TestHop } from "../testing/test-net.ts";

const layerCount = 4;

function routeTo(hop: TestHop, asker: TabId, epoch: number): Route {
  return {
    session: "5".repeat(32) as SessionId,
    modelId: "oracle" as ModelId,
    epoch,
    asker,
    hops: [{ tab: hop.id, range: hop.runner.range, standbys: [] }],
    contextTokens: 64,
    frameDtype: "f32",
    leaseMs: 60_000,
  };
}

test("RP2 a hop that the coordinator admitted in the asker's new epoch still takes it from the asker, once", async () => {
  const clock = new ManualClock();
  const net = createTestNet(clock);
  const hop = net.hop({ from: 0, to: layerCount }, { layerCount });
  const asker = net.tab();
  const route = routeTo(hop, asker.id, 3);
  hop.board.admit(hop.host, route, 0);
  const link = await asker.peers.link(hop.id);
  const message = { type: "reroute", route, turn: null, certain: 0 } as const;
  for (let i = 0; i < 2; i++) {
    await link.send({ kind: "control", session: route.session, epoch: 3, turn: 0, message });
    await clock.advance(0);
  }
  const said = net.sent
    .filter(({ from }) => from === hop.id)
    .map(({ frame }) => frame.kind === "control" && frame.message.type);
  expect(said).toEqual(["have", "progress"]);
  expect(hop.drops.drops["stale-epoch"]).toBe(1);
});

test("RP1 an announcement that is over is not told to a tab whose link opens later", async () => {
  const clock = new ManualClock();
  const net = createTestNet(clock);
  const hop = net.hop({ from: 0, to: layerCount }, { layerCount });
  const asker = net.tab();
  const announce = (): Announcement =>
    new Announcement({
      route: routeTo(hop, asker.id, 1),
      turn: null,
      out: [],
      peers: asker.peers,
      clock,
      certain: 0,
      deadlineMs: () => 1000,
      onUnreachable: () => undefined,
      onSilent: () => undefined,
    });
  announce().close();
  await clock.advance(0);
  expect(net.sent).toEqual([]);
  announce();
  await clock.advance(0);
  expect(net.sent.map(({ frame }) => frame.kind === "control" && frame.message.type)).toContain("reroute");
});
