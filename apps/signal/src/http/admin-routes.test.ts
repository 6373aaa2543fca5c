import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TestCoordinator } from "../testing/test-coordinator.ts";
import { paper, type TestPartner } from "../testing/test-partner.ts";

let at: TestCoordinator;
let partner: TestPartner;
beforeEach(async () => {
  at = await TestCoordinator.start();
  ({ partner } = at);
});
afterEach(() => at.stop());

const draft = { name: "The Paper", origins: [paper], maxTabs: 10, isListed: true };

describe("the admin's pages", () => {
  test("SG24 they answer to the token of the data folder alone", async () => {
    const path = join(at.dataDir, "admin.token");
    const token = (await readFile(path, "utf8")).trim();
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect(token.length).toBeGreaterThanOrEqual(43);
    expect((await partner.admin("")).status).toBe(200);
    const wrong = ["x", token.slice(1), `${token}x`, token.toUpperCase()];
    for (const one of wrong) {
      const answer = await partner.admin("", "POST", draft, one);
      expect([answer.status, await answer.json()]).toMatchObject([401, { reason: "not-admitted" }]);
    }
    const bare = await fetch(`${at.url}/api/admin/partners`);
    expect(bare.status).toBe(401);
    expect(await (await partner.admin("")).json()).toEqual([]);
  });

  test("SG24 after ten wrong tokens within a minute an address is told nothing of its guesses, and the right one is taken", async () => {
    const guess = async (): Promise<number> => (await partner.admin("", "GET", undefined, "wrong")).status;
    for (let n = 0; n < 10; n++) expect(await guess()).toBe(401);
    const late = await partner.admin("", "GET", undefined, "wrong");
    expect([late.status, await late.json()]).toMatchObject([429, { reason: "rate-limited" }]);
    // Behind a proxy, the operator's address is everybody's.
    expect((await partner.admin("")).status).toBe(200);
    at.clock.advance(59_000);
    expect(await guess()).toBe(429);
    at.clock.advance(1000);
    expect(await guess()).toBe(401);
  });

  test("SG24 nine wrong ones a minute make nobody wait", async () => {
    for (let minute = 0; minute < 3; minute++) {
      for (let n = 0; n < 9; n++) await partner.admin("", "GET", undefined, "wrong");
      expect((await partner.admin("")).status).toBe(200);
      at.clock.advance(60_000);
    }
  });

  test("SG18 a key is registered, changed, revoked and restored", async () => {
    const added = await partner.add();
    expect(added).toEqual({ key: added.key, ...draft, createdMs: at.clock.wallMs(), revokedMs: null });
    expect(added.key).toMatch(/^pk_[0-9a-f]{24}$/);
    const changed = await partner.change(added, { name: " A Paper ", maxTabs: 2 });
    expect(changed).toEqual({ ...added, name: "A Paper", maxTabs: 2 });
    at.clock.advance(5);
    expect(await partner.change(added, { isRevoked: true })).toEqual({ ...changed, revokedMs: at.clock.wallMs() });
    expect(await partner.change(added, { isRevoked: false, isListed: false })).toEqual({ ...changed, isListed: false });
    expect(await partner.line(added)).toMatchObject({ tabsNow: 0, days: [], gifts: { consents: 0 } });
  });

  test.each([
    ["no origin", { origins: [] }, "origins"],
    ["an origin with a path", { origins: [paper, `${paper}/news`] }, "origins.1"],
    ["an origin with a slash", { origins: [`${paper}/`] }, "origins.0"],
    ["any origin", { origins: ["*"] }, "origins.0"],
    ["a wildcard", { origins: ["https://*.example.org"] }, "origins.0"],
    ["a second directive", { origins: ["https://x;script-src"] }, "origins.0"],
    ["a second policy", { origins: ["https://x,y"] }, "origins.0"],
    ["an origin of none", { origins: ["null"] }, "origins.0"],
    ["another scheme", { origins: ["ftp://paper.example"] }, "origins.0"],
    ["no name", { name: " " }, "name"],
    ["a long name", { name: "x".repeat(81) }, "name"],
    ["no tabs", { maxTabs: 0 }, "maxTabs"],
    ["half a tab", { maxTabs: 1.5 }, "maxTabs"],
    ["a list of yes", { isListed: "yes" }, "isListed"],
  ])("SG18 a partner with %s is refused, new or changed, and the place is named", async (_, wrong, place) => {
    const added = await partner.add();
    for (const answer of [
      await partner.admin("", "POST", { ...draft, ...wrong }),
      await partner.admin(`/${added.key}`, "PATCH", wrong),
    ]) {
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { reason: "malformed", message: expect.stringContaining(`wrong at ${place}:`) },
      ]);
    }
    expect(await (await partner.admin("")).json()).toEqual([expect.objectContaining(added)]);
  });

  test("SG18 what is no partner, no JSON or too much is refused", async () => {
    expect((await partner.admin(`/pk_${"0".repeat(24)}`, "PATCH", {})).status).toBe(404);
    expect((await partner.admin("/x", "PATCH", {})).status).toBe(404);
    expect((await partner.admin("", "POST")).status).toBe(400);
    expect((await partner.admin("", "POST", { ...draft, name: "x".repeat(20_000) })).status).toBe(413);
    expect((await partner.admin("", "PATCH", draft)).status).toBe(405);
  });

  test("SG18 a damaged file is named to the operator, and the keys stay", async () => {
    const { key } = await partner.add();
    await writeFile(join(at.dataDir, "partners.json"), "{");
    const answer = await partner.admin("", "POST", draft);
    expect(await answer.json()).toMatchObject({ status: "refused", message: expect.stringContaining("partners.json") });
    at.clock.advance(1000);
    await vi.waitUntil(() => at.logged.some((line) => /partners\.json is damaged/.test(line)), { timeout: 30_000 });
    expect(await (await partner.admin("")).json()).toMatchObject([{ key }]);
  });
});
