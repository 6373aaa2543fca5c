import { down, type SwarmView } from "@potluck/protocol";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { DrivenSwarm } from "../testing/driven-swarm.ts";
import { offer, seeded, testModel } from "../testing/test-model.ts";
import { applyChange, changeOf } from "./view-change.ts";

const models = [testModel([10_000, 10_000, 10_000, 10_000])];
/** Two layers and 1000 tokens. */
const half = 22_000;

function viewOf(s: DrivenSwarm): SwarmView {
  return s.swarm.view(s.nowMs);
}

/** Names are random: what is told without them. */
function nodesOf(s: DrivenSwarm): unknown[] {
  return viewOf(s)
    .nodes.map(({ segment: { from, to }, state, standsBy }) => `${from}-${to} ${state}${standsBy ? " stands by" : ""}`)
    .sort();
}

describe("the view of the swarm", () => {
  test("SW30 each layer tells who is ready, joining, unreachable and standing by", () => {
    const s = new DrivenSwarm(models);
    const [left, right, spare] = [s.donor(half), s.donor(half), s.donor(half)];
    const loading = s.join();
    s.done(s.swarm.donate(loading, offer(half), s.nowMs));
    const [model] = viewOf(s).models;
    expect(model).toMatchObject({ tabsPerLayer: [2, 2, 1, 1], joiningPerLayer: [0, 0, 1, 1], available: true });
    expect(nodesOf(s)).toEqual(["0-2 ready", "0-2 ready", "2-4 joining", "2-4 ready"]);

    s.mustGet(s.join(), 100);
    const busy = viewOf(s).models[0];
    expect(busy).toMatchObject({ standbyPerLayer: [1, 1, 0, 0], standbys: 1, sessions: 1 });
    expect(nodesOf(s)).toContain("0-2 ready stands by");

    s.done(s.swarm.away(right, s.nowMs));
    expect(viewOf(s).models[0]).toMatchObject({
      tabsPerLayer: [2, 2, 0, 0],
      unreachablePerLayer: [0, 0, 1, 1],
      available: false,
    });
    expect(nodesOf(s)).toContain("2-4 unreachable");
    s.ready(left, 10, "draining");
    expect(nodesOf(s)).toContain("0-2 leaving");
    s.ready(spare, 10, "paused");
    expect(nodesOf(s)).toContain("0-2 paused");
    expect(viewOf(s)).toMatchObject({ donors: 3, nodesInAll: 4 });
  });

  test("SW30 no id of a tab or chat, and nobody who only asks, is in what is told", () => {
    const s = new DrivenSwarm(models);
    const [left, right, asker] = [s.donor(half), s.donor(half), s.join()];
    const { session } = s.mustGet(asker, 100).route;
    s.swarm.measured(left, {
      links: [
        { tab: right, ms: 12.4 },
        { tab: asker, ms: 3 },
      ],
    });
    s.swarm.measured(right, { links: [{ tab: left, ms: 11.6 }] });
    s.swarm.measured(asker, { links: [{ tab: left, ms: 3 }] });
    const view = viewOf(s);
    const text = JSON.stringify(view);
    for (const id of [left, right, asker, session]) expect(text).not.toContain(id);
    expect(view.nodes).toHaveLength(2);
    const names = view.nodes.map(({ name }) => name);
    // The shorter of both words, in whole ms.
    expect(view.links).toEqual([{ a: names[0], b: names[1], ms: 12 }]);
    expect(v.is(down.swarm, { number: 0, view })).toBe(true);
    // The same names for as long as the coordinator runs.
    expect(viewOf(s)).toEqual(view);
  });

  test("SW30 a link is told until one of its ends is gone or tells of it no more", () => {
    const s = new DrivenSwarm(models);
    const [left, right] = [s.donor(half), s.donor(half)];
    s.swarm.measured(left, { links: [{ tab: right, ms: 5 }] });
    expect(viewOf(s).links).toHaveLength(1);
    s.swarm.measured(left, { links: [] });
    expect(viewOf(s).links).toEqual([]);
    s.swarm.measured(left, { links: [{ tab: right, ms: 5 }] });
    s.done(s.swarm.leave(right, s.nowMs));
    expect(viewOf(s)).toMatchObject({ links: [], nodesInAll: 1 });
  });

  test("SW30 countries are counted over those who named one", () => {
    const s = new DrivenSwarm(models);
    for (const country of ["NZ", "CH", null, "CH"]) s.done(s.swarm.donate(s.join(), offer(half, { country }), s.nowMs));
    expect(viewOf(s).countries).toEqual([
      { code: "CH", donors: 2 },
      { code: "NZ", donors: 1 },
    ]);
  });

  test("SW30 of more tabs than fit a picture 200 are shown, and how many there are", () => {
    const s = new DrivenSwarm(models);
    for (let i = 0; i < 230; i++) s.donor(half);
    const view = viewOf(s);
    expect([view.nodes.length, view.nodesInAll, view.donors]).toEqual([200, 230, 230]);
    expect(v.is(down.swarm, { number: 0, view })).toBe(true);
  });

  test("SW30 answers count for a minute, tokens for ten seconds, as askers tell and within reason", () => {
    const s = new DrivenSwarm(models);
    const [left, right, asker] = [s.donor(half), s.donor(half), s.join()];
    const alive = [left, right, asker];
    const { session } = s.mustGet(asker, 500).route;
    const told = (): unknown => {
      const { tokensPerSecond, answersPerMinute } = viewOf(s).models[0] ?? {};
      return [tokensPerSecond, answersPerMinute];
    };
    s.pass(1000, alive);
    s.done(s.swarm.answered(asker, { session, tokens: 20 }, s.nowMs));
    expect(told()).toEqual([2, 0]);
    // The same word again, or a smaller one, adds nothing; nobody else may tell of this chat.
    s.done(s.swarm.answered(asker, { session, tokens: 20 }, s.nowMs));
    s.done(s.swarm.answered(asker, { session, tokens: 3 }, s.nowMs));
    expect(s.done(s.swarm.answered(left, { session, tokens: 400 }, s.nowMs))).toMatchObject({ status: "refused" });
    s.pass(1000, alive);
    s.done(s.swarm.settle(asker, { session, state: "idle", tokens: 60 }, s.nowMs));
    expect(told()).toEqual([6, 1]);
    // A chat that is over counts once.
    s.done(s.swarm.settle(asker, { session, state: "idle", tokens: 60 }, s.nowMs));
    expect(told()).toEqual([6, 1]);
    s.pass(10_000, alive);
    expect(told()).toEqual([0, 1]);
    s.pass(60_000, alive);
    expect(told()).toEqual([0, 0]);

    const liar = s.mustGet(asker, 500).route.session;
    s.done(s.swarm.answered(asker, { session: liar, tokens: 100_000 }, s.nowMs));
    expect(told()).toEqual([0, 0]);
    s.pass(500, alive);
    s.done(s.swarm.answered(asker, { session: liar, tokens: 100_000 }, s.nowMs));
    expect(told()).toEqual([50, 0]);
  });

  test("SG16 applied to the picture before, a change gives exactly the one after, and says nothing where nothing changed", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 6 }), (seed, steps) => {
        const random = seeded(seed);
        const many = [testModel([8000, 8000, 8000], "a"), testModel([10_000, 10_000], "b")];
        const s = new DrivenSwarm(many);
        const tabs: ReturnType<DrivenSwarm["join"]>[] = [];
        const some = (): ReturnType<DrivenSwarm["join"]> => tabs[Math.floor(random() * tabs.length)] ?? s.join();
        let shown = viewOf(s);
        for (let step = 0; step < steps; step++) {
          for (let i = 0; i < 8; i++) act();
          const next = viewOf(s);
          const change = changeOf(shown, next);
          // As it arrives: through JSON and the schema.
          const sent: unknown = JSON.parse(JSON.stringify({ number: 1, change: change ?? {} }));
          const applied = applyChange(shown, v.parse(down["swarm-change"], sent).change);
          expect(applied).toEqual(next);
          expect(JSON.stringify(applied)).toBe(JSON.stringify(next));
          expect(change === null).toBe(JSON.stringify(shown) === JSON.stringify(next));
          expect(changeOf(next, viewOf(s))).toBeNull();
          shown = applied;
        }
        function act(): void {
          const tab = some();
          const what = random();
          if (what < 0.3) {
            tabs.push(s.join());
            const country = random() < 0.3 ? "DE" : null;
            s.done(s.swarm.donate(tabs.at(-1) ?? tab, offer(20_000, { country }), s.nowMs));
          } else if (what < 0.5) s.ready(tab, 10, random() < 0.8 ? "steady" : "draining");
          else if (what < 0.6) s.done(s.swarm.away(tab, s.nowMs));
          else if (what < 0.65) s.done(s.swarm.leave(tab, s.nowMs));
          else if (what < 0.8) s.swarm.measured(tab, { links: [{ tab: some(), ms: random() * 99 }] });
          else if (what < 0.9) s.ask(tab, 50, undefined, random() < 0.5 ? "a" : "b");
          else s.pass(500, tabs);
        }
      }),
      { numRuns: 60 },
    );
  });
});
