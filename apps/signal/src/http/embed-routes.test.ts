import { guestBudgetBytes } from "@potluck/protocol";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestCoordinator } from "../testing/test-coordinator.ts";
import { paper, type TestPartner, writeEmbed } from "../testing/test-partner.ts";

let folder: string;
let at: TestCoordinator;
let partner: TestPartner;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-embed-"));
  at = await TestCoordinator.start({ embedRoot: await writeEmbed(folder) });
  ({ partner } = at);
});
afterAll(async () => {
  await at.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("the frame's page", () => {
  test("SG19 it may be shown by the key's pages only, isolated ones too, and is never kept", async () => {
    const origins = [paper, "http://localhost:4000"];
    const { key, name } = await partner.add({ origins });
    const page = await partner.frame(key, { referer: `${paper}/` });
    expect(page.status).toBe(200);
    const { headers } = page;
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy.split("; ").filter((one) => one.startsWith("frame-ancestors"))).toEqual([
      `frame-ancestors ${paper} http://localhost:4000`,
    ]);
    expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    expect(headers.get("cross-origin-opener-policy")).toBeNull();
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("access-control-allow-origin")).toBeNull();
    // The page's own inline script, and not the place for the facts.
    expect(policy.match(/'sha256-/g)).toHaveLength(1);
    const facts = await partner.facts(key, { referer: `${paper}/some/article?id=1` });
    expect(facts).toMatchObject({ status: "ready", site: key, name, origins, loadBytes: expect.any(Number) });
    // With a layer missing, a quarter of them: 10 kB each.
    expect(facts).toMatchObject({ loadBytes: 10_000 });
    // Packed where it is packed, and the heavier of those that a GPU may need.
    const script = gzipSync("w").length;
    expect(facts).toMatchObject({ runtimeBytes: { gpu: 300 + 3 * script, cpu: 40 + 3 * script } });
    expect(guestBudgetBytes).toBeGreaterThan(40_000);
  });

  test("SG19 it carries the reason, and no ticket, for whoever may not show it", async () => {
    const { key } = await partner.add();
    const revoked = await partner.add();
    await partner.change(revoked, { isRevoked: true });
    const cases = [
      ["", {}, "site-unknown"],
      ["pk_1", {}, "site-unknown"],
      [`pk_${"0".repeat(24)}`, {}, "site-unknown"],
      [revoked.key, { referer: paper }, "site-revoked"],
      [key, { referer: "https://other.example/" }, "origin-unknown"],
      [key, { referer: "https://paper.example.evil.example/" }, "origin-unknown"],
      [key, { referer: "http://paper.example/" }, "origin-unknown"],
      [key, { referer: "about:srcdoc" }, "origin-unknown"],
      [key, { referer: "nonsense" }, "origin-unknown"],
    ] as const;
    for (const [site, headers, reason] of cases) {
      const facts = await partner.facts(site, headers);
      expect([site, headers, facts]).toMatchObject([site, headers, { status: "refused", reason }]);
      expect(facts).not.toHaveProperty("ticket");
      const policy = (await partner.frame(site, headers)).headers.get("content-security-policy");
      expect(policy).toMatch(/; frame-ancestors \*$/);
    }
    expect(await partner.facts(key)).toMatchObject({ status: "ready" });
  });

  test("SG19 a ticket goes into windows and frames only, not into another page's own process", async () => {
    const { key } = await partner.add();
    for (const into of ["script", "image", "empty", "style", "worker"]) {
      const answer = await partner.frame(key, { "sec-fetch-dest": into });
      expect([into, answer.status]).toEqual([into, 403]);
      expect(await answer.text()).not.toContain("ticket");
    }
    expect((await partner.frame(key, { "sec-fetch-dest": "iframe" })).status).toBe(200);
  });

  test("SG19 a partner's name is text, whatever it says", async () => {
    const name = "</script><b>&amp;<!-- $& $1";
    const { key } = await partner.add({ name });
    const html = await (await partner.frame(key)).text();
    expect(html).not.toContain("<b>");
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).toMatch(/<p>end<\/p>$/);
    expect(await partner.facts(key)).toMatchObject({ name });
  });

  test("SG19 the app's own pages may be framed by nobody else", async () => {
    const policy = (await fetch(`${at.url}/healthz`)).headers.get("content-security-policy");
    expect(policy).toContain("frame-ancestors 'self'");
  });

  test("SG19 where nothing is built it says so", async () => {
    await using bare = await TestCoordinator.start({ embedRoot: join(folder, "nowhere") });
    const { key } = await bare.partner.add();
    const page = await bare.partner.frame(key);
    expect([page.status, await page.text()]).toEqual([404, expect.stringContaining("npm run build")]);
  });
});

describe("the script tag's files", () => {
  const get = (path: string) => fetch(`${at.url}/embed/${path}`, { headers: { origin: paper } });

  test.each([
    ["v1.js", "public, max-age=600", "evergreen"],
    ["v1.abc12345.js", "public, max-age=31536000, immutable", "versioned"],
    ["integrity.json", "no-cache", '{"file":"v1.abc12345.js","integrity":"sha384-x"}'],
  ])("SG25 %s is for any origin, kept as %s", async (path, caching, text) => {
    const file = await get(path);
    expect(await file.text()).toBe(text);
    expect(file.headers.get("cache-control")).toBe(caching);
    expect(file.headers.get("access-control-allow-origin")).toBe("*");
    expect(file.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  });

  test("SG25 a versioned loader is there after later builds too", async () => {
    const later = await mkdtemp(join(tmpdir(), "potluck-embed-"));
    await writeFile(join(later, "v1.def67890.js"), "later");
    const next = await TestCoordinator.start({ embedRoot: later, dataDir: at.dataDir });
    const texts = ["v1.abc12345.js", "v1.def67890.js"].map(async (name) =>
      (await fetch(`${next.url}/embed/${name}`)).text(),
    );
    expect(await Promise.all(texts)).toEqual(["versioned", "later"]);
    await next.coordinator.close(1000);
    await rm(later, { recursive: true, force: true });
  });

  test("SG25 the frame's own files are for the frame, and nothing else of the folder is served", async () => {
    const asset = await get("assets/frame-1.js");
    expect([asset.status, await asset.text()]).toEqual([200, "frame"]);
    expect(asset.headers.get("cache-control")).toContain("immutable");
    expect(asset.headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(asset.headers.get("access-control-allow-origin")).toBeNull();
    for (const path of ["frame.html", "assets/", "assets", "", "v2.js", "v1.zzz.js"]) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
  });
});
