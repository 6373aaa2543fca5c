import type { Consent } from "@potluck/protocol";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { TestCoordinator } from "../testing/test-coordinator.ts";
import { paper, writeEmbed } from "../testing/test-partner.ts";

const hourMs = 3_600_000;
let embedRoot: string;
let at: TestCoordinator;
beforeAll(async () => {
  embedRoot = await writeEmbed(await mkdtemp(join(tmpdir(), "potluck-embed-")));
});
afterAll(() => rm(embedRoot, { recursive: true, force: true }));
beforeEach(async () => {
  at = await TestCoordinator.start({ embedRoot });
});
afterEach(() => at.stop());

describe("consents", () => {
  test("SG20 one is given for a ticket and names the one tab that it admits, for 24 hours", async () => {
    const partner = await at.partner.add();
    const [one, other] = [await at.partner.consent(partner), await at.partner.consent(partner)];
    expect(one.expiresMs).toBe(at.clock.wallMs() + 24 * hourMs);
    expect(one.tab).not.toBe(other.tab);
    expect((await at.silent().helloAsGuest(one)).welcome).toMatchObject({ tab: one.tab, secret: one.secret });
    expect((await at.partner.line(partner)).gifts.consents).toBe(2);
    expect(await at.metric("potluck_consents_total")).toBe(2);
    expect(await at.metric("potluck_guests")).toBe(1);
  });

  test("SG20 a ticket that was used, is too old or is not ours is refused, each with its reason", async () => {
    const partner = await at.partner.add();
    const used = await at.partner.ticket(partner);
    expect(await at.partner.agree(used)).toMatchObject({ status: "granted" });
    expect(await at.partner.agree(used)).toMatchObject({ status: "refused", reason: "ticket-used" });
    const old = await at.partner.ticket(partner);
    expect(await at.partner.agree(`${old}x`)).toMatchObject({ status: "refused", reason: "consent-invalid" });
    const token = (await at.partner.consent(partner)).token;
    expect(await at.partner.agree(token)).toMatchObject({ status: "refused", reason: "consent-invalid" });
    at.clock.leap(hourMs - 1);
    const last = await at.partner.ticket(partner);
    at.clock.advance(1);
    expect(await at.partner.agree(old)).toMatchObject({ status: "refused", reason: "ticket-expired" });
    expect(await at.partner.agree(last)).toMatchObject({ status: "granted" });
    expect((await at.partner.line(partner)).gifts.consents).toBe(3);
    expect(await at.metric('potluck_refusals_total{reason="ticket-used"}')).toBe(1);
  });

  test("SG20 a ticket that is used again after a restart admits no second tab", async () => {
    const ticket = await at.partner.ticket(await at.partner.add());
    const before = await at.partner.agree(ticket);
    await at.coordinator.close(1000);
    at = await TestCoordinator.start({ embedRoot, dataDir: at.dataDir });
    const after = await at.partner.agree(ticket);
    expect([before, after]).toMatchObject([{ status: "granted" }, { tab: (before as Consent).tab }]);
  });

  test("SG20 it is for one of the key's origins, while the key is good, and a ticket that was refused can be used", async () => {
    const partner = await at.partner.add();
    const ticket = await at.partner.ticket(partner);
    for (const origin of ["https://other.example", `${paper}/`, "null", "", at.url]) {
      expect([origin, await at.partner.agree(ticket, origin)]).toMatchObject([origin, { reason: "origin-unknown" }]);
    }
    await at.partner.change(partner, { isRevoked: true });
    expect(await at.partner.agree(ticket)).toMatchObject({ reason: "site-revoked" });
    await at.partner.change(partner, { isRevoked: false });
    expect(await at.partner.agree(ticket)).toMatchObject({ status: "granted" });
  });

  test("SG20 only the frame's own origin may give or withdraw one", async () => {
    const partner = await at.partner.add();
    const [ticket, { token }] = [await at.partner.ticket(partner), await at.partner.consent(partner)];
    for (const origin of [paper, "null", "https://127.0.0.1", `${at.url}0`, `${at.url}.evil.example`]) {
      for (const answer of [
        await at.partner.post("consent", { ticket, origin: paper }, { origin }),
        await at.partner.post("withdraw", { token }, { origin }),
      ]) {
        expect([origin, answer.status, await answer.json()]).toMatchObject([origin, 403, { reason: "origin-unknown" }]);
      }
    }
    const bare = await fetch(`${at.url}/api/embed/consent`, {
      method: "POST",
      body: JSON.stringify({ ticket, origin: paper }),
    });
    expect(await bare.json()).toMatchObject({ reason: "origin-unknown" });
    expect(await at.partner.agree(ticket)).toMatchObject({ status: "granted" });
  });

  test.each([
    ["nothing", "", 400],
    ["no JSON", "{", 400],
    ["the wrong things", "{}", 400],
    ["a ticket of 2 kB", JSON.stringify({ ticket: "x".repeat(2000), origin: paper }), 400],
    ["20 kB", "x".repeat(20_000), 413],
  ])("SG20 a request of %s is refused", async (_, body, status) => {
    const answer = await at.partner.post("consent", body);
    expect([answer.status, await answer.json()]).toMatchObject([status, { status: "refused" }]);
  });

  test("SG20 a request that does not end is answered when its time is over", async () => {
    let status: number | undefined;
    const sent = request(`${at.url}/api/embed/consent`, {
      method: "POST",
      headers: { origin: at.partner.ownOrigin, "content-length": "100" },
    });
    sent.on("response", ({ statusCode }) => (status = statusCode));
    sent.on("error", () => undefined);
    sent.write("{");
    await vi.waitUntil(() => (at.clock.advance(10_000), status !== undefined), { timeout: 30_000, interval: 5 });
    expect(status).toBe(400);
    sent.destroy();
  });

  test("SG20 one address can't ask without end, and can always withdraw", async () => {
    const ask = async () => (await at.partner.post("consent", "{}")).status;
    const statuses = await Promise.all(Array.from({ length: 301 }, ask));
    expect(statuses.filter((status) => status === 400)).toHaveLength(300);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect((await at.partner.post("withdraw", "{}")).status).toBe(400);
    expect(await ask()).toBe(429);
    at.clock.advance(1000);
    expect(await ask()).toBe(400);
  });
});
