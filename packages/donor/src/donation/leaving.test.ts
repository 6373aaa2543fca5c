import { loopbackLinks, ManualClock } from "@potluck/link";
import { createDropCounter, createSwitchboard, type HopHost, type HopStats } from "@potluck/pipeline";
import { createOracleRunner, type OracleRunner } from "@potluck/pipeline/testing";
import type { Status } from "@potluck/protocol";
import { expect, test } from "vitest";
import { createLinkBook } from "../links/link-book.ts";
import { createFakeCoordinator } from "../testing/fake-coordinator.ts";
import { assigned, id, layerCount } from "../testing/make-tab.ts";
import { createTally } from "../ledger/create-tally.ts";
import { memoryDays } from "../ledger/memory-days.ts";
import { createManners } from "../manners/create-manners.ts";
import { defaultRules } from "../manners/rules.ts";
import { blindSenses } from "../manners/senses.ts";
import { noLocks } from "../sharing/window-locks.ts";
import type { Traffic } from "../tab.ts";
import { createCachedSegments } from "./cached-segments.ts";
import { createDonation } from "./create-donation.ts";

interface FakeHost {
  readonly stats: { -readonly [K in keyof HopStats]: HopStats[K] };
  readonly did: string[];
  /** Ends the hand-over. */
  handedOver(): void;
}

/** A donor that serves one chat and answers in it, on a host that does as the test says. */
async function serve(sticks = false) {
  const clock = new ManualClock();
  const coordinator = createFakeCoordinator({ ...assigned });
  const told: string[] = [];
  const steps: number[] = [];
  const report = coordinator.report.bind(coordinator);
  coordinator.report = (status: Status) => {
    told.push(status.donor === "ready" ? status.pace : status.donor);
    if (status.donor === "ready") steps.push(status.stepMs);
    report(status);
  };
  const hosts: FakeHost[] = [];
  const runners: OracleRunner[] = [];
  const page = { hidden: false };
  const openHost = (): HopHost => {
    const did: string[] = [];
    const guesses = { speculation: { drafted: 0, accepted: 0 } };
    let handedOver = (): void => undefined;
    const stats = {
      tokensServed: 0,
      forOthers: { tokens: 0, answers: 0 },
      sessions: 1,
      answering: 1,
      standingBy: 2,
      loggedPositions: 0,
      stepMs: 40,
      ...guesses,
    };
    const left = new Promise<void>((resolve) => (handedOver = sticks ? () => undefined : resolve));
    hosts.push({ stats, did, handedOver: () => handedOver() });
    const nothing = (): void => undefined;
    return {
      admit: nothing,
      dismiss: nothing,
      holds: () => false,
      receive: nothing,
      peerGone: nothing,
      stats,
      leave() {
        did.push("leave");
        return left;
      },
      slow: () => void did.push("slow"),
      close: () => void did.push("close"),
    };
  };
  const drops = createDropCounter();
  const [loopback] = loopbackLinks(id(1));
  const links = createLinkBook({
    self: id(1),
    iceServers: [],
    clock,
    loopback,
    connect: () => Promise.reject(new Error("no way")),
    onFrame: () => undefined,
    onGone: () => undefined,
    relay: async () => undefined,
  });
  const senses = blindSenses(() => page.hidden);
  const wallMs = (): number => clock.now();
  const traffic = (): Traffic => links.traffic;
  const donation = createDonation({
    coordinator,
    senses,
    manners: createManners({ senses, clock, wallMs, bytesToday: () => 0 }),
    tally: createTally({ clock, wallMs, traffic, days: memoryDays() }),
    windows: noLocks,
    cache: { list: async () => [], remove: async () => false },
    probe: () => Promise.reject(new Error("not asked for")),
    clock,
    drops,
    board: createSwitchboard(drops, clock),
    links: () => links,
    cached: createCachedSegments(null),
    device: async () => ({ backend: "wasm", f16: false, name: "CPU", why: null }),
    shards: {
      async open({ segment }) {
        const runner = createOracleRunner(segment, { layerCount });
        runners.push(runner);
        return runner;
      },
    },
    openHost,
  });
  coordinator.welcome(id(1));
  donation.start(5e6);
  await clock.advance(0);
  const kind = (): string => donation.state.getState().kind;
  const calls = (name: string): number => coordinator.calls.filter((call) => call.name === name).length;
  const host = (): FakeHost => hosts.at(-1) ?? expect.fail("nothing is served");
  expect(kind()).toBe("serving");
  return { clock, coordinator, donation, told, steps, hosts, host, runners, page, kind, calls };
}

test("DN19 stop hands over before it frees anything", async () => {
  const { clock, donation, told, host, kind, calls } = await serve();
  const stopped = donation.stop();
  expect([kind(), told.at(-1), host().did]).toEqual(["handing-over", "draining", ["leave"]]);
  expect(donation.stop()).toBe(stopped);
  await clock.advance(4_000);
  expect([kind(), calls("stop-donating")]).toEqual(["handing-over", 0]);
  host().handedOver();
  await stopped;
  expect([kind(), told.at(-1), host().did, calls("stop-donating")]).toEqual(["idle", "none", ["leave", "close"], 1]);
  expect(clock.pending).toBe(0);
});

test("DN19 a hand-over that does not end is over after six seconds", async () => {
  const { clock, donation, kind } = await serve(true);
  const stopped = donation.stop();
  await clock.advance(5_999);
  expect(kind()).toBe("handing-over");
  await clock.advance(1);
  await stopped;
  expect(kind()).toBe("idle");
});

test("DN19 a start during the hand-over begins anew after it", async () => {
  const { clock, donation, host, kind, runners } = await serve();
  const stopped = donation.stop();
  donation.start(5e6);
  host().handedOver();
  await stopped;
  await clock.advance(0);
  expect([kind(), runners.length]).toEqual(["serving", 2]);
  expect((await runners[0]?.gone)?.fault).toBe("closed");
});

test("DN19 a donor that fails while it hands over shows the failure, and its stop is over", async () => {
  const { clock, donation, host, kind, runners } = await serve();
  const stopped = donation.stop();
  await runners[0]?.close();
  await clock.advance(0);
  expect(kind()).toBe("error");
  host().handedOver();
  await stopped;
  expect(kind()).toBe("error");
});

test.each([
  [700, 600],
  [6_050, 5_950],
  // A hand-over is never given longer than its own six seconds.
  [60_000, 6_000],
  [50, 0],
])("DN49 a stop within %i ms hands over for %i ms, then cuts and frees the device", async (withinMs, handOverMs) => {
  const { clock, donation, runners, host, kind, calls } = await serve(true);
  const stopped = donation.stop(withinMs);
  expect([kind(), host().did]).toEqual(["handing-over", ["leave"]]);
  if (handOverMs > 0) await clock.advance(handOverMs - 1);
  expect([kind(), calls("stop-donating")]).toEqual(["handing-over", 0]);
  await clock.advance(1);
  await stopped;
  expect([kind(), host().did, calls("stop-donating"), clock.pending]).toEqual(["idle", ["leave", "close"], 1, 0]);
  expect((await runners[0]?.gone)?.fault).toBe("closed");
});

test("DN49 a hand-over that is over before the deadline is not waited out", async () => {
  const { clock, donation, host, kind } = await serve();
  const stopped = donation.stop(700);
  host().handedOver();
  await stopped;
  expect([kind(), clock.pending]).toEqual(["idle", 0]);
});

test("DN49 a deadline that comes during a hand-over cuts it short, one beyond its end changes nothing", async () => {
  const { clock, donation, kind } = await serve(true);
  const stopped = donation.stop();
  await clock.advance(1_000);
  expect(donation.stop(500)).toBe(stopped);
  expect(donation.stop(5_000)).toBe(stopped);
  await clock.advance(399);
  expect(kind()).toBe("handing-over");
  await clock.advance(1);
  await stopped;
  expect([kind(), clock.pending]).toEqual(["idle", 0]);
});

test("DN49 a finishing donor that is told to stop does so within the deadline", async () => {
  const { clock, donation, kind } = await serve(true);
  donation.finish();
  const stopped = donation.stop(700);
  await clock.advance(600);
  await stopped;
  expect([kind(), clock.pending]).toEqual(["idle", 0]);
});

test("DN20 finish takes no new chats and hands over once no answer runs through the tab", async () => {
  const { clock, donation, told, host, kind } = await serve();
  donation.finish();
  donation.finish();
  await clock.advance(60_000);
  expect([kind(), told.at(-1), host().did]).toEqual(["finishing", "draining", []]);
  host().stats.answering = 0;
  await clock.advance(500);
  expect([kind(), host().did]).toEqual(["handing-over", ["leave"]]);
  // What it says then is not of running answers.
  expect(donation.state.getState()).toMatchObject({ stats: { sessions: 1, answering: 0 } });
  host().handedOver();
  await clock.advance(0);
  expect([kind(), host().did]).toEqual(["idle", ["leave", "close"]]);
  expect(clock.pending).toBe(0);
});

test("DN20 start takes finishing back, and stop cuts it short", async () => {
  const { clock, donation, told, host, kind, runners } = await serve();
  donation.finish();
  donation.start(5e6);
  expect([kind(), told.at(-1), runners.length]).toEqual(["serving", "steady", 1]);
  host().stats.answering = 0;
  await clock.advance(700_000);
  expect(kind()).toBe("serving");
  host().stats.answering = 1;
  donation.finish();
  void donation.stop();
  expect(kind()).toBe("handing-over");
});

test("DN20 finishing ends after ten minutes, whoever still asks; with nothing loaded it ends at once", async () => {
  const { clock, donation, kind, host } = await serve();
  donation.finish();
  await clock.advance(599_999);
  expect(kind()).toBe("finishing");
  await clock.advance(1);
  expect(kind()).toBe("handing-over");
  host().handedOver();
  await clock.advance(0);
  donation.start(5e6);
  donation.finish();
  await clock.advance(0);
  expect(kind()).toBe("idle");
});

test("DN20 a donor on its way out loads nothing else, whatever the coordinator says at the next welcome", async () => {
  const { clock, coordinator, donation, kind, runners } = await serve();
  donation.finish();
  const other = { modelId: "oracle", from: 0, to: 1 } as never;
  coordinator.answers["donate"] = () => ({
    status: "assigned",
    segment: other,
    weightBytes: 1,
    heldBytes: { segment: 1, draft: 0 },
    kvTokens: 9,
    draft: null,
  });
  donation.rejoin();
  await clock.advance(0);
  expect([kind(), runners.length]).toEqual(["idle", 1]);
});

test("DN21 halt frees everything without a hand-over", async () => {
  const { donation, host, kind, calls } = await serve();
  await donation.halt();
  expect([kind(), host().did, calls("stop-donating")]).toEqual(["idle", ["close"], 1]);
});

test("DN23 a donor that is put aside gives its segment back at once, and takes it up without loading again", async () => {
  const { clock, coordinator, donation, told, hosts, kind, calls, runners } = await serve();
  donation.suspend();
  expect([calls("stop-donating"), told.at(-1), hosts[0]?.did]).toEqual([1, "none", ["close"]]);
  coordinator.drop();
  await clock.advance(60_000);
  coordinator.welcome(id(1));
  donation.rejoin();
  await clock.advance(0);
  expect([kind(), told.at(-1), hosts.length, runners.length]).toEqual(["serving", "steady", 2, 1]);
  expect(coordinator.calls.findLast(({ name }) => name === "donate")?.payload).toMatchObject({
    holding: { from: 0, to: layerCount },
  });
});

test("DN23 a donor that was on its way out when it was put aside is gone", async () => {
  const { clock, donation, kind, runners } = await serve();
  donation.finish();
  donation.suspend();
  await clock.advance(0);
  donation.rejoin();
  await clock.advance(0);
  expect(kind()).toBe("idle");
  expect((await runners[0]?.gone)?.fault).toBe("closed");
});

test("DN18 a tab that became slow says so and asks to be replaced, once, until it recovers", async () => {
  const { clock, donation, told, host, page } = await serve();
  const during = async (ms: number, stepMs: number): Promise<void> => {
    for (let at = 0; at < ms; at += 500) {
      host().stats.tokensServed += 20;
      host().stats.stepMs = stepMs;
      await clock.advance(500);
    }
  };
  const slow = (): unknown => {
    const state = donation.state.getState();
    return state.kind === "serving" ? state.stats.slow : state.kind;
  };
  await during(10_000, 40);
  page.hidden = true;
  await during(10_000, 200);
  expect([told.at(-1), host().did, slow()]).toEqual(["slow", ["slow"], "hidden"]);
  page.hidden = false;
  await during(1_000, 40);
  expect([told.at(-1), host().did, slow()]).toEqual(["steady", ["slow"], null]);
});

test("DN37 a pause hands its answers over as a slow tab does, and asks again while they are still here", async () => {
  const { clock, donation, told, host, runners } = await serve();
  donation.pause();
  expect([told.at(-1), host().did]).toEqual(["paused", ["slow"]]);
  await clock.advance(9000);
  expect(host().did).toEqual(["slow"]);
  await clock.advance(1500);
  expect(host().did).toEqual(["slow", "slow"]);
  host().stats.answering = 0;
  await clock.advance(60_000);
  expect(host().did).toEqual(["slow", "slow"]);
  donation.resume();
  expect([told.at(-1), runners.length]).toEqual(["steady", 1]);
  donation.pause();
  expect(host().did).toEqual(["slow", "slow", "slow"]);
});

test("DN38 the coordinator hears what a step takes with its rests, and hears of a new share at once", async () => {
  const { donation, steps } = await serve();
  donation.setRules({ ...defaultRules, share: 0.25 });
  donation.setRules({ ...defaultRules, share: 1 });
  expect(steps).toEqual([40, 160, 40]);
  // What the person sees is how fast the device is.
  expect(donation.state.getState()).toMatchObject({ stats: { stepMs: 40, slow: null } });
});
