import { ManualClock } from "@potluck/link";
import { type Queued, refuse, type RequestId, type Route, type SessionId } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import { createFakeCoordinator, type FakeCoordinator } from "../testing/fake-coordinator.ts";
import { id, modelId, routeThrough } from "../testing/make-tab.ts";
import { type Claims, createClaims } from "./claims.ts";
import { createLine } from "./line.ts";
import { createRepairDesk } from "./repair-desk.ts";
import { createRouteDesk, type RouteDesk } from "./route-desk.ts";

const route = routeThrough(id(2));
const { session } = route;
const wish = { modelId, contextTokens: 64 };
const never = new AbortController().signal;
const allBusy = { kind: "all-busy" } as const;

function setUp(): {
  coordinator: FakeCoordinator;
  clock: ManualClock;
  claims: Claims;
  desk: RouteDesk;
  repairDesk: ReturnType<typeof createRepairDesk>;
  late: Route[];
  asked: (name: string) => unknown[];
} {
  const coordinator = createFakeCoordinator();
  const clock = new ManualClock();
  const claims = createClaims(coordinator);
  const late: Route[] = [];
  const line = createLine(coordinator, clock, (each) => late.push(each));
  coordinator.welcome(id(1));
  const queue = ({ request }: { request: RequestId }): Queued => ({
    status: "queued",
    request,
    position: 2,
    reason: allBusy,
    waitMs: null,
  });
  coordinator.answers["request-route"] = queue;
  coordinator.answers.repair = queue;
  return {
    coordinator,
    clock,
    claims,
    desk: createRouteDesk(coordinator, line, clock),
    repairDesk: createRepairDesk(coordinator, claims, line),
    late,
    asked: (name) => coordinator.calls.filter((call) => call.name === name).map(({ payload }) => payload),
  };
}

const requestOf = (asked: unknown[]): RequestId => (asked.at(-1) as { request: RequestId }).request;

describe("what the coordinator knows of this tab's chats", () => {
  test("DN25 is told when it changes, and again at every welcome, until the chat is over", async () => {
    const { coordinator, claims, repairDesk, asked } = setUp();
    claims.note(route, "active");
    expect(asked("claim")).toEqual([]);
    const changed = { ...route, epoch: 3 };
    repairDesk.claim(changed, "active", [id(9)]);
    expect(asked("claim")).toEqual([{ route: changed, state: "active", lost: [id(9)] }]);
    await Promise.resolve();
    coordinator.drop();
    claims.note(changed, "idle");
    coordinator.welcome(id(1));
    // It took the word about the lost tab before.
    expect(asked("claim").slice(1)).toEqual([{ route: changed, state: "idle", lost: [] }]);
    claims.forget(session);
    coordinator.welcome(id(1));
    expect(asked("claim")).toHaveLength(2);
  });

  test("DN25 of several changes while the coordinator was away it hears the last route and all who were lost", async () => {
    const { coordinator, clock, repairDesk, asked } = setUp();
    coordinator.drop();
    repairDesk.claim({ ...route, epoch: 1 }, "active", [id(7)]);
    repairDesk.claim({ ...route, epoch: 2 }, "active", [id(8), route.hops[0]?.tab ?? id(0)]);
    await clock.advance(1);
    coordinator.welcome(id(1));
    // A hop of the route is not lost, whatever it was before.
    expect(asked("claim").at(-1)).toEqual({ route: { ...route, epoch: 2 }, state: "active", lost: [id(7), id(8)] });
  });
});

describe("a place in the queue", () => {
  test("DN26 is taken again after the coordinator was away, and shown as it was meanwhile", async () => {
    const { coordinator, clock, desk, asked } = setUp();
    const seen: number[] = [];
    const outcome = desk.get(wish, ({ position }) => seen.push(position), never);
    await clock.advance(1000);
    coordinator.drop();
    await clock.advance(59_000);
    expect(seen).toEqual([2]);
    coordinator.welcome(id(1));
    await clock.advance(1);
    expect(asked("request-route")).toHaveLength(2);
    expect(new Set(asked("request-route").map((payload) => requestOf([payload]))).size).toBe(1);
    const request = requestOf(asked("request-route"));
    coordinator.send("route-ready", { status: "ready", request, route, resumed: false, legsMs: [] });
    expect((await outcome).route).toEqual(route);
    expect(clock.pending).toBe(0);
  });

  test("DN26 a coordinator that is away again and again has a minute each time", async () => {
    const { coordinator, clock, desk } = setUp();
    const outcome = desk.get(wish, () => undefined, never).catch((error: unknown) => error);
    for (let i = 0; i < 3; i++) {
      await clock.advance(1000);
      coordinator.drop();
      await clock.advance(50_000);
      coordinator.welcome(id(1));
    }
    await clock.advance(1000);
    coordinator.drop();
    await clock.advance(59_999);
    await clock.advance(1);
    expect(await outcome).toMatchObject({ problem: { code: "server-gone" } });
    expect(clock.pending).toBe(0);
  });

  test("DN26 a server that was not there from the start is told at once", async () => {
    const { coordinator, clock, desk } = setUp();
    coordinator.drop();
    await expect(desk.get(wish, () => undefined, never)).rejects.toMatchObject({ problem: { code: "server-gone" } });
    expect(clock.now()).toBe(0);
  });

  test("DN26 a server that came back in another version ends the wait in its own words", async () => {
    const { coordinator, clock, desk } = setUp();
    const outcome = desk.get(wish, () => undefined, never).catch((error: unknown) => error);
    await clock.advance(1000);
    coordinator.drop();
    const problem = { code: "version-mismatch", what: "Too old.", advice: "Reload." } as const;
    coordinator.connection.setState({ kind: "offline", problem }, true);
    expect(await outcome).toMatchObject({ problem });
  });

  test("DN26 a chat that waits for another tab waits on, however long the coordinator is away, behind its claim", async () => {
    const { coordinator, clock, claims, repairDesk, asked } = setUp();
    claims.note(route, "active");
    const waiting: unknown[] = [];
    const outcome = repairDesk.replace(
      session,
      { lost: [id(2)], barred: [] },
      (missing) => waiting.push(missing),
      never,
    );
    await clock.advance(1000);
    // All are busy, so the layers of the lost hop are what is missing.
    expect(waiting).toEqual([[{ from: 0, to: 4 }]]);
    coordinator.drop();
    await clock.advance(300_000);
    coordinator.welcome(id(1));
    await clock.advance(1);
    expect(coordinator.calls.map(({ name }) => name)).toEqual(["repair", "claim", "repair"]);
    const request = requestOf(asked("repair"));
    const missing = [{ from: 1, to: 2 }];
    const reason = { kind: "layers-missing", missing } as const;
    coordinator.send("queued", { status: "queued", request, position: 1, reason, waitMs: null });
    expect(waiting.at(-1)).toEqual(missing);
    const found = { ...route, hops: [{ ...route.hops[0], tab: id(3) }] } as Route;
    coordinator.send("route-ready", { status: "ready", request, route: found, resumed: true, legsMs: [] });
    expect(await outcome).toEqual(found);
    expect(clock.pending).toBe(0);
  });

  test.each(["shutting-down", "rate-limited"] as const)(
    "DN26 a repair that is refused as %s is asked for again",
    async (reason) => {
      const { coordinator, clock, repairDesk } = setUp();
      let refusals = 0;
      coordinator.answers.repair = ({ request }) =>
        refusals++ < 3 ? refuse(reason, "Later.") : { status: "ready", request, route, resumed: true, legsMs: [] };
      expect(await clock.until(repairDesk.replace(session, { lost: [], barred: [] }, () => undefined, never))).toEqual(
        route,
      );
    },
  );

  test("DN26 a repair of a chat that the coordinator does not know is refused for good", async () => {
    const { coordinator, repairDesk } = setUp();
    coordinator.answers.repair = () => refuse("unknown-session", "No such chat.");
    const outcome = repairDesk.replace("0".repeat(32) as SessionId, { lost: [], barred: [] }, () => undefined, never);
    await expect(outcome).rejects.toMatchObject({ problem: { what: "No such chat." } });
  });

  test("DN26 a coordinator that is there and does not answer is asked again, for a minute", async () => {
    const { coordinator, clock, desk, asked } = setUp();
    coordinator.answers["request-route"] = () => {
      throw new ProblemError(problems.serverGone());
    };
    const outcome = desk.get(wish, () => undefined, never).catch((error: unknown) => error);
    await clock.advance(59_999);
    expect(asked("request-route").length).toBeGreaterThan(10);
    await clock.advance(1);
    expect(await outcome).toMatchObject({ problem: { code: "server-gone" } });
  });

  test("DN27 a route that comes after the place was given up goes to whoever puts it right", async () => {
    const { coordinator, clock, repairDesk, late, asked } = setUp();
    const stop = new AbortController();
    const outcome = repairDesk.replace(session, { lost: [], barred: [] }, () => undefined, stop.signal);
    outcome.catch(() => undefined);
    await clock.advance(1);
    stop.abort();
    await expect(outcome).rejects.toBe(stop.signal.reason);
    expect(asked("cancel-route")).toEqual([{ request: requestOf(asked("repair")) }]);
    coordinator.send("route-ready", {
      status: "ready",
      request: requestOf(asked("repair")),
      route,
      resumed: true,
      legsMs: [],
    });
    expect(late).toEqual([route]);
  });

  test("DN27 so does one that is granted by the answer to a question that nobody asks any more", async () => {
    const { coordinator, clock, desk, late } = setUp();
    let grant = (): void => undefined;
    coordinator.answers["request-route"] = ({ request }) =>
      new Promise(
        (resolve) => (grant = () => resolve({ status: "ready", request, route, resumed: false, legsMs: [] })),
      );
    const stop = new AbortController();
    const outcome = desk.get(wish, () => undefined, stop.signal);
    outcome.catch(() => undefined);
    await clock.advance(1);
    stop.abort();
    await expect(outcome).rejects.toBe(stop.signal.reason);
    grant();
    await clock.advance(1);
    expect(late).toEqual([route]);
  });
});
