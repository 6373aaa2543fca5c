import type { Consent, Partner } from "@potluck/protocol";
import { PROTOCOL_VERSION } from "@potluck/protocol";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { PartnerRegistry } from "./partners/registry.ts";
import { halfBytes, TestCoordinator } from "./testing/test-coordinator.ts";
import { paper, writeEmbed } from "./testing/test-partner.ts";
import type { TestTab } from "./testing/test-tab.ts";

const hourMs = 3_600_000;
/** For what the real disk and network do; no time passes for the coordinator. */
const patient = { timeout: 30_000, interval: 5 };
let embedRoot: string;
let at: TestCoordinator;
beforeAll(async () => {
  embedRoot = await writeEmbed(await mkdtemp(join(tmpdir(), "potluck-embed-")));
});
afterAll(() => rm(embedRoot, { recursive: true, force: true }));
afterEach(() => at.stop());

async function start(options: Parameters<typeof TestCoordinator.start>[0] = {}): Promise<void> {
  at = await TestCoordinator.start({ embedRoot, ...options });
}

/** As a restart on the same data: another process, some time later. */
async function restart(): Promise<void> {
  await at.coordinator.close(1000);
  await start({ dataDir: at.dataDir });
}

/** The answer to a hello of a fresh socket. */
function hello(payload: { readonly resume?: unknown; readonly consent?: unknown }): Promise<unknown> {
  return at.silent().raw("hello", { protocol: PROTOCOL_VERSION, ...payload });
}

const helloOf = ({ tab, secret, token }: Consent) => hello({ resume: { tab, secret }, consent: token });

async function guestOf(partner: Partner): Promise<{ readonly tab: TestTab; readonly consent: Consent }> {
  const consent = await at.partner.consent(partner);
  return { tab: await at.silent().helloAsGuest(consent), consent };
}

/** Time passes, in which these tabs' pages live. */
async function live(ms: number, ...tabs: readonly TestTab[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1000) {
    at.clock.advance(1000);
    for (const tab of tabs) await tab.call("status", { donor: "none" });
  }
}

describe("hello with a consent", () => {
  test("SG21 it admits only the tab that it names, with that tab's secret", async () => {
    await start();
    const partner = await at.partner.add();
    const [mine, yours] = [await at.partner.consent(partner), await at.partner.consent(partner)];
    const own = (await at.tab()).resume;
    const cases = [
      [{ consent: mine.token }, "consent-elsewhere"],
      [{ consent: mine.token, resume: { tab: mine.tab, secret: yours.secret } }, "consent-elsewhere"],
      [{ consent: mine.token, resume: { tab: yours.tab, secret: yours.secret } }, "consent-elsewhere"],
      [{ consent: mine.token, resume: own }, "consent-elsewhere"],
      [{ consent: `${mine.token}x`, resume: { tab: mine.tab, secret: mine.secret } }, "consent-invalid"],
      [
        { consent: await at.partner.ticket(partner), resume: { tab: mine.tab, secret: mine.secret } },
        "consent-invalid",
      ],
      [{ consent: "", resume: { tab: mine.tab, secret: mine.secret } }, "consent-invalid"],
    ] as const;
    for (const [payload, reason] of cases) {
      expect([payload, await hello(payload)]).toMatchObject([payload, { status: "refused", reason }]);
      expect(await at.metric("potluck_guests")).toBe(0);
    }
    expect(await helloOf(mine)).toMatchObject({ status: "welcome", tab: mine.tab });
  });

  test("SG21 SG22 each consent that does not hold is refused with its reason, before a restart and after", async () => {
    await start();
    const partner = await at.partner.add({ origins: [paper, "https://old.example"] });
    const revoked = await at.partner.add();
    const consents = {
      "site-revoked": await at.partner.consent(revoked),
      "origin-unknown": await at.partner.consent(partner, "https://old.example"),
      "consent-withdrawn": await at.partner.consent(partner),
    };
    const good = await at.partner.consent(partner);
    await at.partner.change(revoked, { isRevoked: true });
    await at.partner.change(partner, { origins: [paper] });
    const withdrawal = await at.partner.post("withdraw", { token: consents["consent-withdrawn"].token });
    expect([withdrawal.status, await withdrawal.json()]).toEqual([200, { status: "taken" }]);
    const forged = await at.partner.post("withdraw", { token: `${good.token}x` });
    expect(await forged.json()).toMatchObject({ reason: "consent-invalid" });
    for (const isRestarted of [false, true]) {
      if (isRestarted) await restart();
      for (const [reason, consent] of Object.entries(consents)) {
        expect(await helloOf(consent)).toMatchObject({ status: "refused", reason });
      }
      expect(await helloOf(good)).toMatchObject({ status: "welcome", tab: good.tab });
    }
    at.clock.leap(24 * hourMs);
    expect(await helloOf(good)).toMatchObject({ status: "refused", reason: "consent-expired" });
    await rm(join(at.dataDir, "partners.json"));
    await restart();
    expect(await helloOf(good)).toMatchObject({ status: "refused", reason: "site-unknown" });
  });

  test("SG21 no more tabs of a site are here than its limit; one that comes back is not one more", async () => {
    await start();
    const partner = await at.partner.add({ maxTabs: 2 });
    const [one, two] = [await guestOf(partner), await guestOf(partner)];
    const third = await at.partner.consent(partner);
    expect(await helloOf(third)).toMatchObject({ status: "refused", reason: "site-full" });
    expect(await helloOf(one.consent)).toMatchObject({ status: "welcome", tab: one.tab.id });
    const elsewhere = await at.partner.add({ maxTabs: 1 });
    expect((await guestOf(elsewhere)).tab.id).not.toBe(two.tab.id);
    two.tab.close();
    await vi.waitUntil(async () => (await at.partner.line(partner)).tabsNow === 1, patient);
    expect(await helloOf(third)).toMatchObject({ status: "welcome", tab: third.tab });
    expect((await at.partner.line(partner)).days).toMatchObject([{ consents: 3, mostTabs: 2 }]);
  });

  test("SG21 a tab that came by a consent is not admitted without one, not after a restart either", async () => {
    await start();
    const { consent } = await guestOf(await at.partner.add());
    const resume = { tab: consent.tab, secret: consent.secret };
    for (const isRestarted of [false, true]) {
      if (isRestarted) await restart();
      expect(await hello({ resume })).toMatchObject({ status: "refused", reason: "consent-invalid" });
      // Who can't prove that it is this tab is a new one, as ever.
      const stranger = await hello({ resume: { ...resume, secret: "0".repeat(64) } });
      expect(stranger).toMatchObject({ status: "welcome" });
      expect(stranger).not.toMatchObject({ tab: consent.tab });
    }
    expect(await helloOf(consent)).toMatchObject({ status: "welcome", tab: consent.tab });
  });
});

describe("a consent that ends", () => {
  /** A swarm whose last two layers only the partner's visitors hold, and another partner's visitor. */
  async function swarm() {
    await start();
    const partner = await at.partner.add({ origins: [paper, "https://new.example"] });
    await at.donor();
    const guests = [await guestOf(partner), await guestOf(partner)];
    for (const { tab } of guests) await tab.donate(halfBytes);
    const other = await guestOf(await at.partner.add());
    expect(await at.json("/api/swarm")).toMatchObject({ models: [{ tabsPerLayer: [1, 1, 1, 1] }] });
    return { partner, guests, other };
  }

  /** The guests are out of the swarm, their sockets closed so that they hear why; all others stay. */
  async function expectOut(guests: readonly { readonly tab: TestTab }[], reason: string, others: readonly TestTab[]) {
    for (const { tab } of guests) expect(await tab.closed()).not.toBe("io server disconnect");
    for (const tab of others) expect(await tab.call("status", { donor: "none" })).toEqual({ status: "taken" });
    expect(at.logged.filter((line) => line.includes("guest expelled") && line.includes(reason))).toHaveLength(
      guests.length,
    );
  }

  test("SG22 a key that another process revokes: its tabs are out of every route within two seconds, others stay", async () => {
    const { partner, guests, other } = await swarm();
    const asker = await at.tab();
    await asker.mustGet(100);
    await (await PartnerRegistry.open(at.dataDir)).change(partner.key, { isRevoked: true }, 0);
    at.clock.advance(1000);
    // The file is being read; by the coordinator's clock no time passes.
    await vi.waitUntil(async () => (await at.partner.facts(partner.key)).status === "refused", patient);
    at.clock.advance(1000);
    await expectOut(guests, "site-revoked", [other.tab, asker]);
    expect(await at.json("/api/swarm")).toMatchObject({ tabs: 3, models: [{ tabsPerLayer: [1, 1, 0, 0] }] });
    expect(await asker.next("hop-gone")).toMatchObject({ certain: true });
    for (const { consent } of guests) expect(await helloOf(consent)).toMatchObject({ reason: "site-revoked" });
  });

  test("SG22 an origin that is taken from the key", async () => {
    const { partner, guests, other } = await swarm();
    const elsewhere = await at.partner.consent(partner, "https://new.example");
    const stays = await at.silent().helloAsGuest(elsewhere);
    await at.partner.change(partner, { origins: ["https://new.example"] });
    at.clock.advance(250);
    await expectOut(guests, "origin-unknown", [stays, other.tab]);
  });

  test("SG22 a consent that is withdrawn, of a tab with a socket or without", async () => {
    const { guests, other } = await swarm();
    const [gone, here] = guests;
    if (gone === undefined || here === undefined) throw new Error("two guests");
    gone.tab.cut();
    await gone.tab.closed();
    await at.partner.post("withdraw", { token: gone.consent.token });
    await vi.waitUntil(async () => (await at.json("/healthz"))["away"] === 1, patient);
    at.clock.advance(250);
    expect(await at.json("/healthz")).toMatchObject({ away: 0, tabs: 3 });
    await at.partner.post("withdraw", { token: here.consent.token });
    at.clock.advance(250);
    await expectOut([gone, here], "consent-withdrawn", [other.tab]);
    expect(await at.metric("potluck_guests")).toBe(1);
  });

  test("SG22 a consent that expires", async () => {
    await start({ limits: { missedHeartbeats: 1e6 } });
    const partner = await at.partner.add();
    const early = await guestOf(partner);
    at.clock.leap(hourMs);
    const late = await guestOf(partner);
    at.clock.leap(23 * hourMs - 1);
    expect(await early.tab.call("status", { donor: "none" })).toEqual({ status: "taken" });
    at.clock.advance(250);
    await expectOut([early], "consent-expired", [late.tab]);
    expect(await helloOf(early.consent)).toMatchObject({ reason: "consent-expired" });
  });
});

describe("gifts", () => {
  test("SG23 what visitors gave is counted, told in sum for listed keys, and survives a restart", async () => {
    await start();
    const partner = await at.partner.add();
    const quiet = await at.partner.add({ name: "Quiet", isListed: false });
    const ended = await at.partner.add({ name: "Ended" });
    const donor = await at.donor();
    const guests = [await guestOf(partner), await guestOf(quiet)];
    const asker = await at.tab();
    for (const { tab } of guests) await tab.donate(halfBytes);
    await at.partner.change(ended, { isRevoked: true });
    const route = await asker.mustGet(100);
    await live(2000, asker);
    await asker.call("answered", { session: route.session, tokens: 12 });
    for (const tab of [donor, ...guests.map(({ tab }) => tab)]) tab.socket.emit("status", { donor: "ready" });
    await live(1000, asker);
    const gifts = { consents: 1, answers: 1, tokens: 12, seconds: 3 };
    const line = { name: "The Paper", origin: paper, sinceMs: partner.createdMs, tabsNow: 1, ...gifts };
    expect(await at.json("/api/partners")).toEqual([line]);
    expect((await at.partner.line(quiet)).gifts).toEqual(gifts);
    const path = join(at.dataDir, "partner-gifts.json");
    await live(2000, asker);
    // As after a crash now: what was counted five seconds after the start is in the file.
    const kept = await vi.waitUntil(() => readFile(path, "utf8").catch(() => null), patient);
    expect(JSON.parse(kept)).toMatchObject({
      [partner.key]: { days: [{ day: "2026-11-23", tokens: 12, mostTabs: 1 }] },
    });
    await restart();
    const after = await at.json("/api/partners");
    expect(after).toMatchObject([{ consents: 1, answers: 1, tokens: 12, tabsNow: 0 }]);
    const text = await readFile(path, "utf8");
    for (const { consent } of guests) expect(text).not.toContain(consent.tab);
    expect(text).not.toContain("127.0.0.1");
  });

  test("SG10 no whole id of a guest, no ticket, consent or token is in logs or metrics", async () => {
    await start();
    const partner = await at.partner.add();
    const ticket = await at.partner.ticket(partner);
    const { tab, consent } = await guestOf(partner);
    await at.partner.post("withdraw", { token: consent.token });
    at.clock.advance(250);
    await tab.closed();
    await helloOf(consent);
    const admin = (await readFile(join(at.dataDir, "admin.token"), "utf8")).trim();
    const all = at.logged.join("") + (await (await fetch(`${at.url}/metrics`)).text());
    expect(all).toContain(consent.tab.slice(0, 8));
    for (const secret of [consent.tab, consent.token, consent.secret, ticket, admin]) expect(all).not.toContain(secret);
    expect(await at.metric('potluck_refusals_total{reason="consent-withdrawn"}')).toBe(1);
  });
});
