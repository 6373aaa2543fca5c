import { oracleAnswer } from "@potluck/pipeline/testing";
import type { SessionId } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import type { AskEvent } from "./asker.ts";
import { askerId, makeSwarm, type MadeSwarm } from "../testing/make-swarm.ts";
import { createMemoryVault } from "../testing/memory-vault.ts";
import { ask, collect, gather, id, layerCount, type MadeTab, makeTab, words } from "../testing/make-tab.ts";

const never = new AbortController().signal;
const halves = [
  { from: 0, to: 2 },
  { from: 2, to: 4 },
];
const twoHops = (standbys: readonly number[] = []): Parameters<typeof makeSwarm> => [
  [...halves, ...standbys.map(() => halves[1] ?? { from: 2, to: 4 })],
  [
    { donor: 0, standbys: [] },
    { donor: 1, standbys },
  ],
];
const long = (temperature: number): ReturnType<typeof ask> => ({
  ...ask("3 1 4", "swarm", temperature),
  maxNewTokens: 20,
});
const undisturbed = (temperature: number): string =>
  words(oracleAnswer([3, 1, 4], layerCount, { count: 20, temperature, seed: 1 }));

/** Asks in a page and lets it go as soon as it shows `count` tokens; nothing comes of it any more. */
async function leaveAfter(
  { clock }: MadeSwarm,
  page: MadeTab,
  count: number,
  temperature: number,
): Promise<readonly AskEvent[]> {
  const seen: AskEvent[] = [];
  const away = new Promise<void>((resolve) => {
    void gather(page.tab.asker.ask(long(temperature), never), (event) => {
      seen.push(event);
      if (event.kind !== "text" || event.answerTokens !== count) return;
      page.tab.hide();
      resolve();
    });
  });
  await clock.until(away);
  return seen;
}

describe("an answer that another page carries on", () => {
  test.each([
    { temperature: 0, keeps: true },
    { temperature: 0.8, keeps: true },
    { temperature: 0, keeps: false },
    { temperature: 0.8, keeps: false },
  ])(
    "DN31 RP16 ends with the tokens of the undisturbed one at temperature $temperature, hops have its KV: $keeps",
    async ({ temperature, keeps }) => {
      const swarm = await makeSwarm(...twoHops());
      const first = swarm.page();
      const seen = await leaveAfter(swarm, first, 7, temperature);
      swarm.keeps = keeps;
      const second = swarm.page(first.vault);
      expect(await second.tab.asker.unfinished()).toEqual(long(temperature));
      const { text, events, kinds } = await swarm.clock.until(gather(second.tab.asker.carryOn(never)));
      expect(text).toBe(undisturbed(temperature));
      expect(events[0]).toMatchObject({ kind: "text", text: expect.stringMatching(/^(\d+ ){5,7}$/) });
      const knownTokens = events[0]?.kind === "text" ? events[0].answerTokens : 0;
      expect(events.at(-1)).toMatchObject({
        kind: "done",
        end: "length",
        stats: { answerTokens: 20, knownTokens },
      });
      // Hops that have it are asked to read nothing, and compute nothing again but what was on its way.
      expect(kinds.includes("reading")).toBe(!keeps);
      await swarm.clock.advance(1000);
      expect(swarm.served(0) < 27).toBe(keeps);
      expect(seen.length).toBeLessThan(15);
      expect(await second.tab.asker.unfinished()).toBeNull();
      expect(first.vault.record).toBeUndefined();
    },
  );

  test("DN31 is carried on again when the page that does so is left, too", async () => {
    const swarm = await makeSwarm(...twoHops());
    const first = swarm.page();
    await leaveAfter(swarm, first, 4, 0);
    const second = swarm.page(first.vault);
    const away = new Promise<void>((resolve) => {
      void gather(second.tab.asker.carryOn(never), (event) => {
        if (event.kind !== "text" || event.answerTokens !== 11) return;
        second.tab.hide();
        resolve();
      });
    });
    await swarm.clock.until(away);
    const third = swarm.page(first.vault);
    const { text } = await swarm.clock.until(gather(third.tab.asker.carryOn(never)));
    expect(text).toBe(undisturbed(0));
  });

  test.each(["a new chat", "another question"])("DN31 is given up by %s, and its hops are freed", async (what) => {
    const swarm = await makeSwarm(...twoHops());
    const first = swarm.page();
    await leaveAfter(swarm, first, 7, 0);
    const second = swarm.page(first.vault);
    if (what === "a new chat") second.tab.asker.endChat();
    else void gather(second.tab.asker.ask(ask("2 7 1"), never));
    await expect
      .poll(() => second.coordinator.calls)
      .toContainEqual({ name: "settle", payload: { session: swarm.route.session, state: "ended" } });
    expect((await second.tab.asker.unfinished())?.key).not.toBe(long(0).key);
  });

  test("DN31 is read anew by this very tab where it was computed there", async () => {
    const first = makeTab({});
    const request = { ...long(0.8), where: "this-tab" } as const;
    void gather(first.tab.asker.ask(request, never), (event) => {
      if (event.kind === "text" && event.answerTokens === 7) first.tab.hide();
    });
    await expect.poll(() => first.coordinator.reports).toEqual(["dropped"]);
    const second = makeTab({}, undefined, undefined, undefined, { vault: first.vault });
    const { text, kinds } = await gather(second.tab.asker.carryOn(never));
    expect(text).toBe(undisturbed(0.8));
    expect(kinds.slice(0, 3)).toEqual(["text", "connecting", "reading"]);
  });

  test("DN31 waits for a server that is away while the page comes back", async () => {
    const swarm = await makeSwarm(...twoHops());
    const first = swarm.page();
    await leaveAfter(swarm, first, 7, 0);
    const second = swarm.page(first.vault);
    second.coordinator.drop();
    const outcome = gather(second.tab.asker.carryOn(never));
    await swarm.clock.advance(30_000);
    second.coordinator.welcome(askerId);
    expect((await swarm.clock.until(outcome)).text).toBe(undisturbed(0));
  });

  test("DN31 stays unfinished while the server can't be reached", async () => {
    const swarm = await makeSwarm(...twoHops());
    const first = swarm.page();
    await leaveAfter(swarm, first, 7, 0);
    const second = swarm.page(first.vault);
    second.coordinator.drop();
    const outcome = gather(second.tab.asker.carryOn(never));
    outcome.catch(() => undefined);
    await swarm.clock.advance(60_000);
    await expect(outcome).rejects.toMatchObject({ problem: { code: "server-gone" } });
    const third = swarm.page(first.vault);
    expect(await third.tab.asker.unfinished()).toEqual(long(0));
  });

  test("DN31 there is none after an answer that ended, was stopped, or whose chat was ended", async () => {
    const swarm = await makeSwarm(...twoHops());
    const vault = createMemoryVault();
    const page = swarm.page(vault);
    await swarm.clock.until(collect(page.tab, long(0)));
    expect([vault.saved.length > 0, vault.record]).toEqual([true, undefined]);
    const stop = new AbortController();
    await swarm.clock.until(collect(page.tab, ask("3 1 4 1"), stop.signal, () => stop.abort()));
    expect(vault.record).toBeUndefined();
    page.tab.asker.endChat();
    await expect(gather(page.tab.asker.carryOn(never))).rejects.toMatchObject({ problem: { code: "internal" } });
  });
});

describe("a page that goes away", () => {
  test("DN32 leaves its answer in progress to the next one: no goodbye to the coordinator, nothing ended, nothing said", async () => {
    const swarm = await makeSwarm(...twoHops());
    const page = swarm.page();
    const seen = await leaveAfter(swarm, page, 7, 0);
    const { calls } = page.coordinator;
    expect(page.coordinator.reports.at(-1)).toBe("dropped");
    expect(calls.filter(({ name }) => name === "settle")).toEqual([]);
    const atHiding = calls.length;
    await swarm.clock.advance(5000);
    expect(calls.length).toBe(atHiding);
    expect(seen.at(-1)).toMatchObject({ kind: "text" });
    expect(page.vault.record).toMatchObject({ request: long(0) });
  });

  test("DN32 says goodbye when no answer is in progress, and its hops free the chat", async () => {
    const swarm = await makeSwarm(...twoHops());
    const page = swarm.page();
    await swarm.clock.until(collect(page.tab, long(0)));
    page.tab.hide();
    expect(page.coordinator.reports.at(-1)).toBe("closed");
    expect(page.coordinator.calls.at(-1)).toMatchObject({ name: "settle", payload: { state: "ended" } });
    expect(page.vault.record).toBeUndefined();
  });

  test("DN32 goes on by itself when it was only put aside", async () => {
    const swarm = await makeSwarm(...twoHops());
    const page = swarm.page();
    const outcome = collect(page.tab, long(0), never, (event) => {
      if (event.kind !== "text" || event.answerTokens !== 7) return;
      page.tab.hide();
      swarm.clock.after(4000, () => page.tab.show());
    });
    expect((await swarm.clock.until(outcome)).text).toBe(undisturbed(0));
    expect(page.coordinator.reports.slice(-2)).toEqual(["dropped", "reopened"]);
  });
});

describe("a route that changes during an answer", () => {
  test.each([
    [
      "the coordinator says so",
      (swarm: MadeSwarm, page: MadeTab) => {
        swarm.donors[1]?.tab.hide();
        page.coordinator.send("hop-gone", { session: swarm.route.session, tab: id(12), certain: true });
      },
    ],
    ["it says goodbye", (swarm: MadeSwarm) => swarm.donors[1]?.tab.hide()],
  ] as const)("DN29 RP8 a hop that is gone is replaced by its standby, and it is told: %s", async (_how, disturb) => {
    const swarm = await makeSwarm(...twoHops([2]));
    const page = swarm.page();
    const { text, kinds, events } = await swarm.clock.until(
      collect(page.tab, long(0.8), never, (event) => {
        if (event.kind === "text" && event.answerTokens === 7) disturb(swarm, page);
      }),
    );
    expect(text).toBe(undisturbed(0.8));
    expect(kinds).toContain("repairing");
    expect(events.at(-1)).toMatchObject({ stats: { tabs: 3, repairs: [{ lost: [{ tab: id(12) }] }] } });
    expect(page.coordinator.calls.findLast(({ name }) => name === "claim")?.payload).toMatchObject({
      route: { epoch: 1, hops: [{ tab: id(11) }, { tab: id(13) }] },
      lost: [id(12)],
    });
  });

  test("DN28 a last hop that can't be reached is replaced by its standby before the first token", async () => {
    const swarm = await makeSwarm(...twoHops([2]));
    const page = swarm.page();
    // Its page is gone, and the coordinator has not noticed: nothing that is relayed to it is answered.
    swarm.mute(1);
    const { text, kinds } = await swarm.clock.until(collect(page.tab, long(0)));
    expect(text).toBe(undisturbed(0));
    expect(kinds).toContain("repairing");
  });

  test("DN28 one that the coordinator finds gone meanwhile is replaced before its link is given up", async () => {
    const [low, high] = [
      { from: 0, to: 2 },
      { from: 2, to: 4 },
    ];
    const hops = [
      { donor: 0, standbys: [2] },
      { donor: 1, standbys: [] },
    ];
    const swarm = await makeSwarm([low, high, low], hops);
    const page = swarm.page();
    swarm.mute(0);
    const { session } = swarm.route;
    swarm.clock.after(5000, () => page.coordinator.send("hop-gone", { session, tab: id(11), certain: true }));
    const begin = swarm.clock.now();
    const { text } = await swarm.clock.until(collect(page.tab, long(0)));
    expect(text).toBe(undisturbed(0));
    expect(swarm.clock.now() - begin).toBeLessThan(6000);
  });

  test("DN28 that no tab of the route can be reached is said", async () => {
    const swarm = await makeSwarm(...twoHops([2]));
    const page = swarm.page();
    for (const donor of [0, 1, 2]) swarm.mute(donor);
    const outcome = collect(page.tab, long(0)).catch((error: unknown) => error);
    expect(await swarm.clock.until(outcome)).toMatchObject({ problem: { code: "link-failed" } });
  });

  test("DN5 DN28 Stop ends the wait for a tab that does not answer", async () => {
    const swarm = await makeSwarm(...twoHops());
    const page = swarm.page();
    swarm.mute(1);
    const stop = new AbortController();
    const outcome = collect(page.tab, long(0), stop.signal, ({ kind }) => {
      if (kind === "connecting") stop.abort();
    });
    const begin = swarm.clock.now();
    expect((await swarm.clock.until(outcome)).events.at(-1)).toMatchObject({ kind: "done", end: "stopped" });
    expect(swarm.clock.now()).toBe(begin);
    expect(page.coordinator.calls.at(-1)).toMatchObject({ name: "settle", payload: { state: "ended" } });
  });

  test("DN29 without a standby the answer waits, names the layers, and goes on when the coordinator finds somebody", async () => {
    const swarm = await makeSwarm(...twoHops([2]));
    const [first, second] = swarm.route.hops;
    if (first === undefined || second === undefined) throw new Error("two hops");
    const whole = swarm.route;
    swarm.route = { ...whole, hops: [first, { ...second, standbys: [] }] };
    const page = swarm.page();
    page.coordinator.answers.repair = ({ request }) => {
      const missing = [second.range];
      swarm.clock.after(8000, () => {
        const route = { ...whole, hops: [first, { ...second, tab: id(13), standbys: [] }] };
        swarm.donors[2]?.coordinator.send("admit", { route, hop: 1 });
        page.coordinator.send("route-ready", { status: "ready", request, route, resumed: true, legsMs: [] });
      });
      return { status: "queued", request, position: 1, reason: { kind: "layers-missing", missing }, waitMs: null };
    };
    const { text, events } = await swarm.clock.until(
      collect(page.tab, long(0), never, (event) => {
        if (event.kind === "text" && event.answerTokens === 7) swarm.donors[1]?.tab.hide();
      }),
    );
    expect(text).toBe(undisturbed(0));
    expect(events).toContainEqual({ kind: "waiting", missing: [{ from: 2, to: 4 }] });
  });

  test.each(["ended", "replaced", "shutting-down"] as const)(
    "DN33 a coordinator that says %s leaves the running answer alone",
    async (why) => {
      const swarm = await makeSwarm(...twoHops());
      const page = swarm.page();
      const { text } = await swarm.clock.until(
        collect(page.tab, long(0), never, (event) => {
          if (event.kind === "text" && event.answerTokens === 7)
            page.coordinator.send("dismiss", { session: swarm.route.session, why });
        }),
      );
      expect(text).toBe(undisturbed(0));
    },
  );

  test.each(["asker-gone", "evicted", "lease-expired"] as const)(
    "DN31 DN33 an answer whose hops have forgotten its chat (%s) is carried on in a new one",
    async (why) => {
      const swarm = await makeSwarm(...twoHops());
      const page = swarm.page();
      let told = false;
      const { text, events } = await swarm.clock.until(
        collect(page.tab, long(0.8), never, (event) => {
          if (told || event.kind !== "text" || event.answerTokens !== 7) return;
          told = true;
          const { session } = swarm.route;
          swarm.route = { ...swarm.route, session: id(78) as string as SessionId };
          for (const { coordinator } of [...swarm.donors, page]) coordinator.send("dismiss", { session, why });
        }),
      );
      expect(text).toBe(undisturbed(0.8));
      expect(events.at(-1)).toMatchObject({ stats: { answerTokens: 20 } });
    },
  );

  test("DN7 DN33 an answer in progress goes on without the coordinator", async () => {
    const swarm = await makeSwarm(...twoHops());
    const page = swarm.page();
    const { text } = await swarm.clock.until(
      collect(page.tab, long(0), never, (event) => {
        if (event.kind === "text" && event.answerTokens === 7) page.coordinator.drop();
      }),
    );
    expect(text).toBe(undisturbed(0));
  });
});
