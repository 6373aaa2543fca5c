import { down, type ModelId, type RequestId, type SessionId, type TabId } from "@potluck/protocol";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { DrivenSwarm } from "../testing/driven-swarm.ts";
import { offer, seeded, testModel } from "../testing/test-model.ts";

const models = [testModel([19_000, 10_000, 10_000, 10_000, 10_000, 17_000], "a"), testModel([8000, 8000, 8000], "b")];

/** As `expect`, without its cost: it is called some hundred thousand times. */
function must(holds: boolean | undefined, what: string): void {
  if (holds !== true) throw new Error(what);
}

/** Everything that must hold after every step. */
function check(s: DrivenSwarm): void {
  const { tabs, sessions, queues } = s.swarm.inspect();
  const known = new Map(tabs.map((tab) => [tab.id, tab]));
  const live = new Map(sessions.map((session) => [session.id, session]));
  const reserved = new Map<TabId, { tokens: number; active: number }>();
  for (const session of sessions) {
    must(known.has(session.asker), "the asker of a session is here");
    let at = 0;
    for (const hop of session.hops) {
      must(hop.range.from === at, "the hops of a session tile its layers");
      at = hop.range.to;
      const donor = known.get(hop.tab)?.donor;
      if (donor?.kind !== "ready") throw new Error("a hop is a ready donor");
      const { node, model } = donor.grant;
      must(
        model === session.model && node.from === hop.range.from && node.to === hop.range.to,
        "a hop holds its range",
      );
      const sum = reserved.get(hop.tab) ?? { tokens: 0, active: 0 };
      sum.tokens += session.contextTokens;
      sum.active += session.state.kind === "active" ? 1 : 0;
      reserved.set(hop.tab, sum);
    }
    must(at === session.model.layers.length, "the hops reach the last layer");
  }
  for (const tab of tabs) {
    const sum = reserved.get(tab.id) ?? { tokens: 0, active: 0 };
    must(tab.reservedTokens === sum.tokens && tab.active === sum.active, "reservations equal a recount");
    must(tab.active <= 3, "a tab has at most its active chats");
    must(tab.reservedTokens <= (tab.donor.kind === "none" ? 0 : tab.donor.grant.kvTokens), "no tab is overbooked");
    for (const id of tab.sessions) {
      const session = live.get(id);
      must(
        session?.asker === tab.id || session?.hops.some((hop) => hop.tab === tab.id),
        "a tab's sessions are its own",
      );
    }
  }
  for (const queue of queues) {
    queue.forEach((waiting, i) => {
      const tab = known.get(waiting.tab);
      must(tab !== undefined, "who waits is here");
      must(tab?.presence.kind === "away" || waiting.told?.position === i + 1, "positions are 1 to n, and told");
    });
  }
  for (const status of s.swarm.report().models) {
    const counted = { ready: status.tabsPerLayer.map(() => 0), loading: status.tabsPerLayer.map(() => 0) };
    for (const { donor, presence } of tabs) {
      if (presence.kind === "away" || donor.kind === "none" || donor.grant.model.id !== status.id) continue;
      const { from, to } = donor.grant.node;
      for (let layer = from; layer < to; layer++) counted[donor.kind][layer] = (counted[donor.kind][layer] ?? 0) + 1;
    }
    must(String(counted.ready) === String(status.tabsPerLayer), "ready cover equals a recount");
    must(String(counted.loading) === String(status.joiningPerLayer), "joining cover equals a recount");
  }
}

/** One run of random events, hostile ones included, from a seed. Returns what was reached, to show that the run was no idle one. */
function run(seed: number, steps: number): Set<string> {
  const random = seeded(seed);
  const s = new DrivenSwarm(models, { maxActivePerTab: 3, idleMs: 4000, activeMs: 12_000, loadingMs: 10_000 });
  const below = (n: number) => Math.floor(random() * n);
  const tabs: TabId[] = [];
  const sessions: SessionId[] = ["f".repeat(32) as SessionId];
  const reached = new Set<string>();
  const tab = () => tabs[below(tabs.length)] ?? s.join();
  const session = () => sessions[below(sessions.length)] as SessionId;
  const events: (() => void)[] = [
    () => tabs.length < 14 && tabs.push(s.join()),
    () => {
      const cached = [{ modelId: "a" as ModelId, from: below(3), to: 3 + below(3) }];
      const answer = s.done(s.swarm.donate(tab(), offer(below(90_000), { cached }), s.nowMs));
      reached.add(answer.status);
    },
    () => s.ready(tab(), below(50)),
    () => s.ready(tab(), below(50)),
    () => s.done(s.swarm.status(tab(), { donor: "loading" }, s.nowMs)),
    () => below(4) === 0 && s.done(s.swarm.status(tab(), { donor: "none" }, s.nowMs)),
    () => below(4) === 0 && s.done(s.swarm.status(tab(), { donor: "failed", reason: "x" }, s.nowMs)),
    () => below(4) === 0 && s.done(s.swarm.stopDonating(tab(), s.nowMs)),
    () => below(2) === 0 && s.done(s.swarm.away(tab(), s.nowMs)),
    () => below(6) === 0 && s.done(s.swarm.leave(tab(), s.nowMs)),
    () => {
      const id = tab();
      reached.add(`joined ${s.done(s.swarm.join({ tab: id, secret: `secret of ${id}` }, s.nowMs)).resumed}`);
    },
    ...Array.from({ length: 5 }, () => () => {
      const answer = s.done(
        s.swarm.requestRoute(
          tab(),
          {
            request: `r${below(12)}` as RequestId,
            modelId: (below(3) === 0 ? "b" : "a") as ModelId,
            contextTokens: 1 + below(900),
            resume: below(3) === 0 ? session() : undefined,
          },
          s.nowMs,
        ),
      );
      reached.add(answer.status);
      if (answer.status === "ready") {
        sessions.push(answer.route.session);
        reached.add(`resumed ${answer.resumed}`);
      }
    }),
    () => s.done(s.swarm.cancelRoute(tab(), { request: `r${below(12)}` as RequestId }, s.nowMs)),
    ...Array.from({ length: 3 }, () => () => {
      const live = s.swarm.inspect().sessions;
      const one = live[below(live.length)];
      if (one !== undefined) s.settle(one.asker, one.id, below(3) === 0 ? "ended" : "idle");
    }),
    () => s.settle(tab(), session(), "ended"),
    () => s.pass(below(4) * 500, tabs),
    () => below(5) === 0 && s.pass(below(8000), tabs.slice(0, below(tabs.length + 1))),
  ];
  for (let step = 0; step < steps; step++) {
    events[below(events.length)]?.();
    check(s);
    for (const effect of s.effects.splice(0)) {
      if (effect.kind !== "send") continue;
      v.parse(down[effect.name], effect.payload);
      reached.add(effect.name);
      if (effect.name === "dismiss") reached.add(effect.payload.why);
      if (effect.name === "route-ready") sessions.push(effect.payload.route.session);
    }
  }
  return reached;
}

describe("swarm under random events", () => {
  test("SW18 SW11 SW12 what must hold does, after every step of every seed", () => {
    const reached = new Set<string>();
    for (let seed = 1; seed <= 60; seed++) {
      try {
        for (const what of run(seed, 250)) reached.add(what);
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    expect([...reached]).toEqual(
      expect.arrayContaining([
        "assigned",
        "ready",
        "queued",
        "refused",
        "resumed true",
        "resumed false",
        "joined true",
        "admit",
        "route-ready",
        "evicted",
        "hop-left",
        "ended",
        "asker-gone",
        "lease-expired",
      ]),
    );
  });
});
