import { maxEventBytes } from "@potluck/protocol";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TestCoordinator } from "./testing/test-coordinator.ts";

const unlimited = { perSecond: 1e9, burst: 1e9 };
let at: TestCoordinator;
beforeEach(async () => {
  at = await TestCoordinator.start({ limits: { tabRate: unlimited, addressRate: unlimited } });
});
afterEach(() => at.stop());

const names = [
  "hello",
  "donate",
  "status",
  "stop-donating",
  "request-route",
  "cancel-route",
  "settle",
  "claim",
  "repair",
  "answered",
  "watch",
  "relay",
  "error",
  "message",
  "__proto__",
  "constructor",
  "toString",
  "",
];
/** Close to what the schemas want, so that wrong values get past the first check. */
const id = fc.constantFrom("a".repeat(32), "A".repeat(32), "", "ff");
const near = fc.record(
  {
    protocol: fc.oneof(fc.integer(), fc.double(), fc.string()),
    resume: fc.oneof(fc.record({ tab: id, secret: fc.string() }), id),
    consent: fc.oneof(fc.string(), fc.integer()),
    preview: fc.boolean(),
    models: fc.array(fc.string()),
    budgetBytes: fc.oneof(fc.double(), fc.bigInt().map(String)),
    backend: fc.constantFrom("wasm", "webgpu", "cuda"),
    f16: fc.boolean(),
    cached: fc.array(fc.record({ modelId: fc.constant("test-model"), from: fc.integer(), to: fc.integer() })),
    donor: fc.constantFrom("none", "loading", "ready", "failed", "no"),
    stepMs: fc.double(),
    sessions: fc.integer(),
    reason: fc.string({ maxLength: 300 }),
    request: fc.oneof(fc.constant("r1"), fc.string()),
    modelId: fc.constantFrom("test-model", "other", "../x"),
    contextTokens: fc.oneof(fc.integer({ min: -5, max: 3000 }), fc.double()),
    session: id,
    lost: fc.array(id),
    route: fc.record({
      session: id,
      modelId: fc.constant("test-model"),
      epoch: fc.integer(),
      asker: id,
      hops: fc.array(id),
    }),
    pace: fc.constantFrom("steady", "slow", "paused", "draining", "brisk"),
    state: fc.constantFrom("idle", "ended", "on"),
    why: fc.constantFrom("stopped", "leaving", "bored"),
    to: id,
    data: fc.string(),
    tokens: fc.oneof(fc.integer(), fc.double()),
    on: fc.oneof(fc.boolean(), fc.string()),
  },
  { requiredKeys: [] },
);
const payload = fc.oneof(
  near,
  fc.jsonValue({ maxDepth: 3 }),
  fc.uint8Array({ maxLength: 64 }).map((a) => Buffer.from(a)),
);

describe("coordinator under hostile events", () => {
  test("SG2 thousands of malformed events are answered or counted, and harm nobody", async () => {
    const bystander = await at.donor(1e6);
    const answered = new Map<string, number>();
    let sent = 0;
    const batch = fc.array(
      fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string()), fc.array(payload, { maxLength: 3 })),
      {
        minLength: 100,
        maxLength: 100,
      },
    );
    await fc.assert(
      fc.asyncProperty(batch, async (events) => {
        const tab = await at.tab();
        const answers = await Promise.all(
          events.map(async ([name, args]) => {
            // Names that socket.io's own client refuses to send are tested as raw packets below.
            if (
              ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"].includes(
                name,
              )
            )
              return { status: "not sent" };
            sent += 1;
            return (await tab.raw(name, ...args)) as { status: string; reason?: string };
          }),
        );
        for (const { status } of answers) answered.set(status, (answered.get(status) ?? 0) + 1);
        tab.close();
      }),
      { numRuns: 40 },
    );
    expect(sent).toBeGreaterThan(3500);
    expect(answered.get("refused")).toBeGreaterThan(sent / 2);
    expect(await at.metric('potluck_refusals_total{reason="malformed"}')).toBeGreaterThan(sent / 2);
    for (const event of [...names, "unknown"]) {
      expect(await at.metric(`potluck_events_total{event="${event}",outcome="failed"}`)).toBe(0);
    }
    expect(await bystander.ask("test-model", 100)).toMatchObject({ status: "ready" });
  });

  test("SG2 a fire-and-forget event that is refused is told by a notice", async () => {
    const tab = await at.tab();
    tab.socket.emit("relay", { to: 5 });
    expect(await tab.next("notice")).toMatchObject({ kind: "event-refused" });
  });

  test("SG2 an event of more than 64 KiB closes its own socket and is counted", async () => {
    const [tab, other] = [await at.tab(), await at.tab()];
    const closed = tab.closed();
    tab.socket.emit("relay", { to: other.id, data: "x".repeat(maxEventBytes) });
    await closed;
    expect(await other.call("status", { donor: "none" })).toEqual({ status: "taken" });
    expect(await at.metric('potluck_refusals_total{reason="too-large"}')).toBe(1);
  });

  test("SG2 packets that no client of socket.io would send end their own socket at most", async () => {
    const bystander = await at.tab();
    const packets = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '42["disconnect"]',
        '42["error"]',
        "42[]",
        "42{}",
        "451-[1]",
        "43999[1]",
        "40/admin,",
        "4",
        "42[1,2",
        "6",
        "3",
      ),
      fc.array(fc.integer({ min: 0, max: 9 })).map((digits) => `4${digits.join("")}["status",{}]`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(packets, { maxLength: 30 }), async (texts) => {
        const url = `${at.url}/socket.io/?EIO=4&transport=polling`;
        const opened = await (await fetch(url)).text();
        const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
        const post = async (body: string) => (await fetch(`${url}&sid=${sid}`, { method: "POST", body })).text();
        await post("40");
        await post(texts.join("\u001e") || "6");
      }),
      { numRuns: 50 },
    );
    expect(await bystander.call("status", { donor: "none" })).toEqual({ status: "taken" });
  });
});
