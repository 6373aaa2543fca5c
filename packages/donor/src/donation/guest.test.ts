/** A donor in a partner's frame, as the coordinator and the page around it treat it. */
import { ManualClock } from "@potluck/link";
import { oracleAnswer } from "@potluck/pipeline/testing";
import { describe, expect, test } from "vitest";
import { defaultRules, guestRules } from "../manners/rules.ts";
import { blindSenses, withOutside } from "../manners/senses.ts";
import { makeSwarm } from "../testing/make-swarm.ts";
import { ask, assigned, gather, id, layerCount, makeTab, waitFor, words } from "../testing/make-tab.ts";

describe("a refused consent", () => {
  test("DN46 it stops a donor that serves, frees its device, and says why", async () => {
    const { tab, coordinator, opened } = makeTab(assigned);
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    coordinator.drop();
    expect(tab.donation.state.getState().kind).toBe("ready");
    coordinator.refuse("consent-withdrawn");
    expect(await waitFor(tab, "error")).toEqual({
      kind: "error",
      problem: expect.objectContaining({ code: "consent", values: { reason: "consent-withdrawn" } }),
    });
    expect((await opened[0]?.runner.gone)?.fault).toBe("closed");
    expect(coordinator.reports.at(-1)).toBe("none");
  });

  test("DN46 it stops one that has yet to load, or is loading, and nothing stays loaded", async () => {
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    const { tab, coordinator, opened } = makeTab(assigned, hold);
    tab.donation.start(5e6);
    coordinator.refuse("site-full");
    await waitFor(tab, "error");
    expect(coordinator.calls.map(({ name }) => name)).not.toContain("donate");
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await Promise.resolve();
    coordinator.drop();
    coordinator.refuse("site-revoked");
    release();
    expect(await waitFor(tab, "error")).toMatchObject({ problem: { values: { reason: "site-revoked" } } });
    expect(opened).toEqual([]);
  });

  test("DN46 DN23 a tab that was closed stays closed when its page comes back from the page cache", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    await tab.close();
    const told = coordinator.reports.length;
    tab.hide();
    tab.show();
    expect([coordinator.reports.slice(told), coordinator.reports.at(-1)]).toEqual([[], "closed"]);
  });

  test("DN46 one that starts later says why it does not", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.refuse("consent-expired");
    expect(tab.donation.state.getState().kind).toBe("idle");
    tab.donation.start(5e6);
    expect(await waitFor(tab, "error")).toMatchObject({ problem: { values: { reason: "consent-expired" } } });
  });

  test("DN46 to somebody who has said stop it is no failure", async () => {
    const { tab, coordinator } = makeTab(assigned);
    coordinator.welcome(id(1));
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    const stopped = tab.donation.stop();
    coordinator.refuse("consent-withdrawn");
    await stopped;
    expect(tab.donation.state.getState()).toEqual({ kind: "idle" });
  });

  test("DN46 in the middle of an answer its links are hung up, and the answer goes on elsewhere", async () => {
    const halves = [
      { from: 0, to: 2 },
      { from: 2, to: 4 },
    ];
    const swarm = await makeSwarm(
      [...halves, ...halves.slice(1)],
      [
        { donor: 0, standbys: [] },
        { donor: 1, standbys: [2] },
      ],
    );
    const guest = swarm.donors[1];
    const peers = (): number => {
      const state = swarm.donors[0]?.tab.donation.state.getState();
      return state !== undefined && "stats" in state ? state.stats.peers : -1;
    };
    let heardBytes = 0;
    const request = { ...ask("3 1 4"), maxNewTokens: 20 };
    const page = swarm.page();
    const stream = page.tab.asker.ask(request, new AbortController().signal);
    const answer = gather(stream, (event) => {
      if (event.kind !== "text" || event.answerTokens !== 7) return;
      heardBytes = guest?.tab.traffic().receivedBytes ?? 0;
      guest?.coordinator.drop();
      guest?.coordinator.refuse("site-revoked");
    });
    const { text } = await swarm.clock.until(answer);
    expect(text).toBe(words(oracleAnswer([3, 1, 4], layerCount, { count: 20, temperature: 0, seed: 1 })));
    await swarm.clock.advance(1000);
    expect(heardBytes).toBeGreaterThan(0);
    // The asker and the standby are left.
    expect([peers(), guest?.tab.donation.state.getState().kind]).toEqual([2, "error"]);
  });
});

describe("the page around a guest", () => {
  function framed() {
    const clock = new ManualClock();
    const around = { suffers: false, outOfSight: false };
    let changed = (): void => undefined;
    const outside = {
      suffers: () => around.suffers,
      outOfSight: () => around.outOfSight,
      onChange: (next: () => void) => (changed = next),
    };
    const senses = withOutside(
      blindSenses(() => false),
      outside,
    );
    const made = makeTab(assigned, undefined, undefined, undefined, { clock, senses });
    made.coordinator.welcome(id(1));
    made.tab.donation.setRules(guestRules);
    const tell = (now: Partial<typeof around>): void => {
      Object.assign(around, now);
      changed();
    };
    const reasons = (): readonly string[] => {
      const state = made.tab.donation.state.getState();
      return "reasons" in state ? state.reasons.map(({ why }) => why) : [state.kind];
    };
    return { ...made, clock, tell, reasons };
  }

  test("DN47 pauses it at once while it stutters, or shows nothing of it, and it goes on by itself", async () => {
    const { tab, clock, tell, reasons, opened } = framed();
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    tell({ suffers: true });
    expect(reasons()).toEqual(["page-suffers"]);
    tell({ outOfSight: true });
    expect(reasons()).toEqual(["page-suffers", "out-of-sight"]);
    tell({ suffers: false });
    expect(reasons()).toEqual(["out-of-sight"]);
    tell({ outOfSight: false });
    expect(reasons()).toEqual(["calming-down"]);
    await clock.advance(6000);
    expect([reasons(), opened.length]).toEqual([["ready"], 1]);
  });

  test("DN47 is heard also by a donor whose own rules ask for nothing of it", async () => {
    const { tab, tell, reasons } = framed();
    tab.donation.setRules(defaultRules);
    tab.donation.start(5e6);
    await waitFor(tab, "ready");
    tell({ outOfSight: true });
    expect(reasons()).toEqual(["out-of-sight"]);
  });
});
