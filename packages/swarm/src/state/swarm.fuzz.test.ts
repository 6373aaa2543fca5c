import {
  down,
  maxStandbys,
  type ModelId,
  type RequestId,
  type Route,
  type RouteReady,
  type SessionId,
  type SiteKey,
  type TabId,
} from "@potluck/protocol";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { sameRange } from "../segment/layer-cost.ts";
import { DrivenSwarm } from "../testing/driven-swarm.ts";
import { offer, seeded, testModel } from "../testing/test-model.ts";
import { allHops, latestHops, routeOf } from "./session.ts";
import type { TabEntry } from "./tab-entry.ts";

const models = [testModel([19_000, 10_000, 10_000, 10_000, 10_000, 17_000], "a"), testModel([8000, 8000, 8000], "b")];
const maxStandingByPerTab = 3;
/** Of guests, and of the swarm's own tabs. */
const sites = [...["a", "b"].map((digit) => `pk_${digit.repeat(24)}` as SiteKey), null, null];

/** As `expect`, without its cost: it is called some hundred thousand times. */
function must(holds: boolean | undefined, what: string): void {
  if (holds !== true) throw new Error(what);
}

/** What the askers were told, followed from outside. */
class Told {
  readonly routes = new Map<SessionId, Route>();
  readonly standbys = new Map<SessionId, string>();
  readonly gone = new Set<string>();
  /** Hops and standbys that were admitted, and not dismissed since. */
  readonly admitted = new Set<string>();

  route(route: Route): void {
    this.routes.set(route.session, route);
    this.standbys.set(route.session, listOf(route.hops));
  }
}

function listOf(hops: readonly { readonly tab: TabId; readonly standbys: readonly TabId[] }[]): string {
  return hops.map((hop) => `${hop.tab}:${hop.standbys.join()}`).join(" ");
}

/** Everything that must hold after every step. */
function check(s: DrivenSwarm, asked: Told): void {
  const { tabs, sessions, queues } = s.swarm.inspect();
  const known = new Map(tabs.map((tab) => [tab.id, tab]));
  const reserved = new Map<TabId, { tokens: number; active: number }>();
  const standingBy = new Map<TabId, number>();
  const holds = (tab: Readonly<TabEntry> | undefined, model: unknown, range: { from: number; to: number }): boolean =>
    tab?.donor.kind === "ready" && tab.donor.grant.model === model && sameRange(tab.donor.grant.node, range);
  const canStandBy = (tab: Readonly<TabEntry> | undefined, model: unknown, range: { from: number; to: number }) =>
    holds(tab, model, range) &&
    tab?.presence.kind === "connected" &&
    tab.donor.kind === "ready" &&
    tab.donor.pace !== "draining" &&
    tab.donor.pace !== "paused";
  for (const session of sessions) {
    const asker = known.get(session.asker);
    must(asker !== undefined, "a chat has an owner who is here");
    for (const hops of [session.hops, latestHops(session)]) {
      let at = 0;
      for (const hop of hops) {
        must(hop.range.from === at, "the hops of a session tile its layers");
        at = hop.range.to;
      }
      must(at === session.model.layers.length, "the hops reach the last layer");
    }
    const hopTabs = new Set(allHops(session).map((hop) => hop.tab));
    for (const hop of allHops(session)) {
      const tab = known.get(hop.tab);
      if (hop.standing === "gone" && asker?.presence.kind === "connected")
        must(asked.gone.has(`${session.id} ${hop.tab}`), "whose hop is gone was told");
      if (hop.standing === "reserved") {
        must(holds(tab, session.model, hop.range), "a hop that counts holds its range");
        const sum = reserved.get(hop.tab) ?? { tokens: 0, active: 0 };
        sum.tokens += session.contextTokens;
        sum.active += session.state.kind === "active" ? 1 : 0;
        reserved.set(hop.tab, sum);
      }
      must(new Set(hop.standbys).size === hop.standbys.length && hop.standbys.length <= maxStandbys, "two at most");
      for (const id of hop.standbys) {
        must(
          canStandBy(known.get(id), session.model, hop.range),
          "a standby is here and holds exactly the hop's range",
        );
        must(!hopTabs.has(id) && !session.lost.has(id), "a standby is no hop of this chat, and none that it lost");
        must(asked.admitted.has(`${session.id} ${id}`), "a standby was admitted, and not dismissed");
      }
    }
    for (const hop of latestHops(session)) {
      if (hop.standing === "reserved" && known.get(hop.tab)?.presence.kind === "connected")
        must(asked.admitted.has(`${session.id} ${hop.tab}`), "a hop was admitted, and not dismissed");
      if (hop.standbys.length === maxStandbys) continue;
      const spare = tabs.find(
        (tab) =>
          canStandBy(tab, session.model, hop.range) &&
          !hopTabs.has(tab.id) &&
          !session.lost.has(tab.id) &&
          !hop.standbys.includes(tab.id) &&
          tab.standingBy < maxStandingByPerTab,
      );
      must(spare === undefined, "who could stand by does");
    }
    for (const id of session.standbys) standingBy.set(id, (standingBy.get(id) ?? 0) + 1);
    if (asker?.presence.kind === "connected")
      must(asked.standbys.get(session.id) === listOf(latestHops(session)), "the asker knows who stands by");
    for (const tab of session.tabs)
      must(s.swarm.sharesRoute(tab, session.asker) || tab === session.asker, "may signal");
  }
  for (const tab of tabs) {
    const sum = reserved.get(tab.id) ?? { tokens: 0, active: 0 };
    must(tab.reservedTokens === sum.tokens && tab.active === sum.active, "reservations equal a recount");
    must(tab.standingBy === (standingBy.get(tab.id) ?? 0), "standing by equals a recount");
    const isListed = tab.site !== null && s.swarm.tabsOf(tab.site).includes(tab.id);
    must(isListed === (tab.site !== null && tab.presence.kind === "connected"), "a site's tabs equal a recount");
    must(tab.active <= 3, "a tab has at most its active chats");
    must(tab.reservedTokens <= (tab.donor.kind === "none" ? 0 : tab.donor.grant.kvTokens), "no tab is overbooked");
  }
  for (const queue of queues) {
    queue.forEach((waiting, i) => {
      const tab = known.get(waiting.tab);
      must(tab !== undefined, "who waits is here");
      must(tab?.presence.kind === "away" || waiting.told?.position === i + 1, "positions are 1 to n, and told");
      const { want } = waiting;
      if (want.kind === "chat") return;
      must(
        sessions.some((one) => one.id === want.session),
        "a repair that waits has a chat",
      );
      must(
        queue.slice(0, i).every((before) => before.want.kind === "repair"),
        "repairs stand before chats",
      );
    });
  }
  for (const status of s.swarm.view(s.nowMs).models) {
    const counted = { ready: status.tabsPerLayer.map(() => 0), loading: status.tabsPerLayer.map(() => 0) };
    for (const { donor, presence } of tabs) {
      if (presence.kind === "away" || donor.kind === "none" || donor.grant.model.id !== status.id) continue;
      if (donor.kind === "ready" && (donor.pace === "draining" || donor.pace === "paused")) continue;
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
  const s = new DrivenSwarm(models, {
    maxActivePerTab: 3,
    maxStandingByPerTab,
    idleMs: 8000,
    activeMs: 20_000,
    loadingMs: 10_000,
    askerGraceMs: 6000,
  });
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(items: readonly T[]): T | undefined => items[below(items.length)];
  const tabs: TabId[] = [];
  const sessions: SessionId[] = ["f".repeat(32) as SessionId];
  const reached = new Set<string>();
  const asked = new Told();
  const tab = () => pick(tabs) ?? s.join();
  const session = () => pick(sessions) as SessionId;
  const pace = () => pick(["steady", "steady", "slow", "paused", "draining"] as const) ?? "steady";
  const got = (answer: RouteReady) => {
    sessions.push(answer.route.session);
    asked.route(answer.route);
    reached.add(`resumed ${answer.resumed}`);
  };
  /** As an asker does: standbys in place of some hops, then the word of it. Sometimes of a chat that is forgotten. */
  const claim = () => {
    const live = pick(s.swarm.inspect().sessions);
    const route = live === undefined || below(3) === 0 ? pick([...asked.routes.values()]) : routeOf(live, 1000);
    if (route === undefined) return;
    const lost: TabId[] = [];
    const hops = route.hops.map((hop) => {
      const [heir = below(12) === 0 ? tab() : undefined, ...standbys] = hop.standbys;
      if (heir === undefined || below(2) === 0) return hop;
      lost.push(hop.tab);
      return { ...hop, tab: heir, standbys };
    });
    const asker = below(8) === 0 ? tab() : route.asker;
    const claimed = { ...route, asker, hops, epoch: route.epoch + below(3) };
    const before = s.swarm.inspect().sessions.find((one) => one.id === route.session);
    const isNews = before === undefined || before.epoch <= claimed.epoch;
    const known = asked.standbys.get(route.session);
    asked.standbys.set(route.session, listOf(hops));
    const answer = s.claim(claimed, lost, below(4) === 0 ? "idle" : "active");
    reached.add(`claim ${answer.status} ${before === undefined ? "unknown" : "known"}`);
    if (answer.status === "taken" && isNews) asked.routes.set(route.session, claimed);
    else if (known !== undefined && !s.effects.some((e) => e.kind === "send" && e.name === "standbys"))
      asked.standbys.set(route.session, known);
  };
  const repair = () => {
    const live = pick(s.swarm.inspect().sessions);
    if (live === undefined) return;
    if (live.offer !== null) reached.add("offer pending");
    const lost = latestHops(live)
      .filter((hop) => hop.standing === "gone" || below(3) === 0)
      .map((hop) => hop.tab);
    const answer = s.repair(below(9) === 0 ? tab() : live.asker, live.id, lost);
    reached.add(`repair ${answer.status}`);
    if (answer.status !== "ready") return;
    must(
      answer.route.hops.every((hop) => !lost.includes(hop.tab)),
      "a repair has no lost tab in it",
    );
    must(answer.route.contextTokens === live.contextTokens, "a repair carries as much");
    got(answer);
    if (below(3) === 0) repair();
  };
  const events: (() => void)[] = [
    () => tabs.length < 14 && tabs.push(s.join(pick(sites) ?? null)),
    () => {
      const cached = [{ modelId: "a" as ModelId, from: below(3), to: 3 + below(3) }];
      const answer = s.done(
        s.swarm.donate(tab(), offer(pick([22_000, 42_000, 90_000, below(90_000)]) ?? 0, { cached }), s.nowMs),
      );
      reached.add(answer.status);
    },
    ...Array.from({ length: 4 }, () => () => s.ready(tab(), below(50), pace())),
    () => s.done(s.swarm.status(tab(), { donor: "loading" }, s.nowMs)),
    () => below(4) === 0 && s.done(s.swarm.status(tab(), { donor: "none" }, s.nowMs)),
    () => below(4) === 0 && s.done(s.swarm.status(tab(), { donor: "failed", reason: "x" }, s.nowMs)),
    () => below(4) === 0 && s.done(s.swarm.stopDonating(tab(), s.nowMs)),
    () => below(2) === 0 && s.done(s.swarm.away(tab(), s.nowMs)),
    () => below(6) === 0 && s.done(s.swarm.leave(tab(), s.nowMs)),
    () => {
      const id = tab();
      const resume = { tab: id, secret: `secret of ${id}` };
      reached.add(`joined ${s.done(s.swarm.join(resume, s.nowMs, pick(sites) ?? null)).resumed}`);
    },
    ...Array.from({ length: 5 }, () => () => {
      const answer = s.done(
        s.swarm.requestRoute(
          tab(),
          {
            request: `q${below(12)}` as RequestId,
            modelId: (below(3) === 0 ? "b" : "a") as ModelId,
            contextTokens: 1 + below(900),
            resume: below(3) === 0 ? session() : undefined,
          },
          s.nowMs,
        ),
      );
      reached.add(answer.status);
      if (answer.status === "ready") got(answer);
    }),
    () => {
      const one = pick(s.swarm.inspect().sessions);
      if (one !== undefined) s.done(s.swarm.answered(one.asker, { session: one.id, tokens: below(900) }, s.nowMs));
    },
    () => {
      for (const { answers, tokens, seconds } of s.swarm.takeGifts(s.nowMs).values()) {
        must(answers + tokens + seconds > 0, "nobody is named for nothing");
        must(seconds <= (s.nowMs / 1000) * tabs.length, "no more time than there was");
        if (answers > 0) reached.add("gift of an answer");
        if (seconds > 0) reached.add("gift of time");
      }
    },
    claim,
    claim,
    repair,
    repair,
    () => s.done(s.swarm.cancelRoute(tab(), { request: `q${below(12)}` as RequestId }, s.nowMs)),
    () => {
      const one = pick(s.swarm.inspect().sessions);
      if (one?.offer) s.done(s.swarm.cancelRoute(one.asker, { request: one.offer.request }, s.nowMs));
    },
    ...Array.from({ length: 3 }, () => () => {
      const one = pick(s.swarm.inspect().sessions);
      if (one !== undefined) s.settle(one.asker, one.id, below(3) === 0 ? "ended" : "idle");
    }),
    () => s.settle(tab(), session(), "ended"),
    () => s.pass(below(4) * 500, tabs),
    () => below(5) === 0 && s.pass(below(8000), tabs.slice(0, below(tabs.length + 1))),
  ];
  for (let step = 0; step < steps; step++) {
    pick(events)?.();
    const live = new Set(s.swarm.inspect().sessions.map((one) => one.id));
    for (const effect of s.effects.splice(0)) {
      if (effect.kind !== "send") continue;
      v.parse(down[effect.name], effect.payload);
      reached.add(effect.name);
      if (effect.name === "dismiss") {
        const { session: id, why } = effect.payload;
        reached.add(why);
        asked.admitted.delete(`${id} ${effect.to}`);
        if (why !== "replaced") must(!live.has(id), "all are dismissed only of a chat that is over");
        else must(!s.swarm.inspect().sessions.some((one) => one.id === id && one.asker === effect.to), "no asker is");
      }
      if (effect.name === "admit") asked.admitted.add(`${effect.payload.route.session} ${effect.to}`);
      if (effect.name === "route-ready") got(effect.payload);
      if (effect.name === "standbys") asked.standbys.set(effect.payload.session, listOf(effect.payload.hops));
      if (effect.name === "hop-gone") {
        reached.add(`certain ${effect.payload.certain}`);
        asked.gone.add(`${effect.payload.session} ${effect.payload.tab}`);
      }
    }
    check(s, asked);
  }
  return reached;
}

describe("swarm under random events", () => {
  test("SW18 SW11 SW12 SW19 SW22 SW23 SW24 what must hold does, after every step of every seed", () => {
    const reached = new Set<string>();
    for (let seed = 1; seed <= 80; seed++) {
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
        "gift of an answer",
        "gift of time",
        "resumed true",
        "resumed false",
        "joined true",
        "admit",
        "route-ready",
        "standbys",
        "certain true",
        "certain false",
        "claim taken known",
        "claim taken unknown",
        "claim refused known",
        "repair ready",
        "repair queued",
        "repair refused",
        "offer pending",
        "evicted",
        "replaced",
        "ended",
        "asker-gone",
        "lease-expired",
      ]),
    );
  });
});
