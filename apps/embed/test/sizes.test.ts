import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { posix } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const dist = new URL("../dist/", import.meta.url);
const loaderLimitBytes = 3000;
const frameLimitBytes = 40_000;

const read = (path: string): Promise<Buffer> =>
  readFile(new URL(path, dist)).catch(() => {
    throw new Error(`There is no ${path} in ${dist.pathname}. Run \`npm run build\` first.`);
  });

/** Of the frame's page and whatever its scripts import statically; `import(…)` waits for consent. */
async function firstScripts(): Promise<ReadonlyMap<string, Buffer>> {
  const html = (await read("frame.html")).toString();
  const queue = [...html.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="\/embed\/([^"]+\.js)"/g)].map(
    ([, path = ""]) => path,
  );
  const scripts = new Map<string, Buffer>();
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (scripts.has(path)) continue;
    const source = await read(path);
    scripts.set(path, source);
    for (const [, url = ""] of source.toString().matchAll(/(?:\bfrom|\bimport)\s*["'`](\.{1,2}\/[^"'`]+)["'`]/g))
      queue.push(posix.join(posix.dirname(path), url));
  }
  return scripts;
}

test("EB1 the loader is one classic script of at most 3 kB gzip, and the printed integrity is that of its versioned copy", async () => {
  const script = await read("v1.js");
  expect(gzipSync(script).length).toBeLessThanOrEqual(loaderLimitBytes);
  expect(script.toString()).not.toMatch(/\bimport\b|\bexport\b|cookie|localStorage|sessionStorage|indexedDB/);
  const { file, integrity } = JSON.parse((await read("integrity.json")).toString()) as Record<string, string>;
  expect(file).toMatch(/^v1\.[0-9a-f]{12}\.js$/);
  expect((await read(file ?? "")).equals(script)).toBe(true);
  expect(integrity).toBe(`sha384-${createHash("sha384").update(script).digest("base64")}`);
});

test("EB6 the frame's page loads at most 40 kB gzip of script at first, all from its own folder, none of it inline", async () => {
  const html = (await read("frame.html")).toString();
  expect(html).toContain('<script type="application/json" id="potluck-frame"></script>');
  expect(html.replaceAll(/<script\b[^>]*><\/script>/g, "")).not.toMatch(/<script|<style|\sstyle=|\son\w+=/);
  const scripts = await firstScripts();
  expect(scripts.size).toBeGreaterThan(0);
  const gzipBytes = [...scripts.values()].reduce((sum, source) => sum + gzipSync(source).length, 0);
  expect(gzipBytes, `loads ${[...scripts.keys()].join(", ")}`).toBeLessThanOrEqual(frameLimitBytes);
  // A page without its components in it was not measured right.
  expect(gzipBytes).toBeGreaterThan(5000);
});
