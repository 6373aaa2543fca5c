import { securityHeaders } from "./security-headers.ts";
import { demoModels } from "@potluck/demo-model";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCatalog } from "../models/read-catalog.ts";
import { TestCoordinator } from "../testing/test-coordinator.ts";
import { createLog } from "../watch/create-log.ts";

let at: TestCoordinator;
let webRoot: string;
const inline = "document.documentElement.dataset.theme = 'dark'";
const demo = demoModels().find(({ id }) => id === "swarm-demo-10m-q4");
const weights = "/models/swarm-demo-10m-q4/source/onnx/model_q4.onnx";

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-web-"));
  webRoot = join(folder, "dist");
  await mkdir(join(webRoot, "assets"), { recursive: true });
  await writeFile(
    join(webRoot, "index.html"),
    `<html><script>${inline}</script><script src="/assets/a-1.js"></script></html>`,
  );
  await writeFile(join(webRoot, "assets", "a-1.js"), "x".repeat(10_000));
  await writeFile(join(webRoot, "assets", "ort-1.wasm"), "w".repeat(1000));
  await writeFile(join(webRoot, "assets", "ort-1.wasm.br"), brotliCompressSync("w".repeat(1000)));
  await writeFile(join(webRoot, "sw.js"), "self");
  await writeFile(join(webRoot, ".hidden"), "secret");
  await writeFile(join(folder, "outside.txt"), "secret");
  if (demo === undefined) throw new Error("the demo model is missing");
  const drafts = new Map([["swarm-demo-10m-q4", "swarm-demo-draft-1m-q4"]]);
  const choice = { drafts, places: demoModels() };
  at = await TestCoordinator.start({ webRoot, models: await readCatalog([demo], createLog("silent"), choice) });
});
afterAll(async () => {
  await at.stop();
  await rm(join(webRoot, ".."), { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  fetch(at.url + path, { method, headers });

/** A request with a path that `fetch` would tidy up. */
const rawGet = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(at.url);
    let text = "";
    const socket = connect(Number(port), "127.0.0.1", () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    });
    socket.on("data", (bytes) => (text += bytes.toString("latin1")));
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });

describe("http", () => {
  test("SG8 a model file comes whole, in parts, and not again when it is known", async () => {
    const file = await readFile(join(demo?.sourceDir ?? "", "onnx/model_q4.onnx"));
    const whole = await get(weights, {}, "HEAD");
    expect(whole.status).toBe(200);
    expect(Number(whole.headers.get("content-length"))).toBe(file.length);
    expect(whole.headers.get("accept-ranges")).toBe("bytes");
    const etag = whole.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f-]+"$/);

    const part = await get(weights, { range: "bytes=1000-1999", "if-range": etag });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 1000-1999/${file.length}`);
    expect(Buffer.from(await part.arrayBuffer()).equals(file.subarray(1000, 2000))).toBe(true);

    expect((await get(weights, { range: `bytes=${file.length}-` })).status).toBe(416);
    expect((await get(weights, { "if-none-match": etag })).status).toBe(304);
    const changed = await get(weights, { range: "bytes=0-9", "if-range": '"older"' }, "HEAD");
    expect(changed.status).toBe(200);
  });

  test("SG9 WebAssembly comes as the build packed it, and plain to who wants it plain or in parts", async () => {
    const packed = await get("/assets/ort-1.wasm", { "accept-encoding": "gzip, br" });
    expect(packed.headers.get("content-encoding")).toBe("br");
    expect(Number(packed.headers.get("content-length"))).toBeLessThan(100);
    expect(packed.headers.get("content-type")).toBe("application/wasm");
    expect(packed.headers.get("vary")).toBe("accept-encoding");
    expect(await packed.text()).toBe("w".repeat(1000));
    for (const headers of [{ "accept-encoding": "gzip" }, { "accept-encoding": "br", range: "bytes=0-9" }]) {
      const plain = await get("/assets/ort-1.wasm", headers);
      expect(plain.headers.get("content-encoding")).toBeNull();
      expect(await plain.text()).toMatch(/^w{10}/);
    }
  });

  test("SG8 every file that the manifest names is there", async () => {
    const base = "/models/swarm-demo-10m-q4/";
    const manifest = (await (await get(`${base}manifest.json`)).json()) as {
      source: { base: string };
      skeleton: { path: string; sha256: string };
      knownAnswers: { file: { path: string; sha256: string } };
      tokenizer: { path: string; sha256: string }[];
    };
    const { base: source } = manifest.source;
    const named = [
      manifest.skeleton,
      manifest.knownAnswers.file,
      ...manifest.tokenizer.map((file) => ({ ...file, path: source + file.path })),
    ];
    for (const { path, sha256 } of named) {
      const bytes = Buffer.from(await (await get(base + path)).arrayBuffer());
      expect(createHash("sha256").update(bytes).digest("hex"), path).toBe(sha256);
    }
  });

  test("SG8 a model's draft is served, and is no model to be chosen", async () => {
    expect((await get("/models/swarm-demo-draft-1m-q4/manifest.json")).status).toBe(200);
    expect((await get("/models/swarm-demo-draft-1m-q4/source/onnx/model_q4.onnx", {}, "HEAD")).status).toBe(200);
    const swarm = (await at.json("/api/swarm")) as { models: { id: string }[] };
    expect(swarm.models.map(({ id }) => id)).toEqual(["swarm-demo-10m-q4"]);
  });

  test("SG8 nothing but those files is served, by whatever path", async () => {
    const paths = [
      "/models/swarm-demo-10m-q4/source/onnx/model_q4f16.onnx",
      "/models/swarm-demo-10m-q4/",
      "/models/swarm-demo-10m-q4",
      "/models/other/manifest.json",
      "/models/__proto__/manifest.json",
      "/models/swarm-demo-10m-q4/source/../../../package.json",
      "/models/swarm-demo-10m-q4/source/%2e%2e/%2e%2e/package.json",
      "/../outside.txt",
      "/%2e%2e/outside.txt",
      "/..%2foutside.txt",
      "/..%5coutside.txt",
      "/assets/../../outside.txt",
      "/assets//../../outside.txt",
      "//outside.txt",
      "/.hidden",
      "/assets",
      "/sw.js%00.html",
      "/%",
      "*",
    ];
    for (const path of paths) {
      const answer = await rawGet(path);
      expect(answer.slice(9, 12), path).toMatch(/^40[04]$/);
      expect(answer, path).not.toContain("secret");
    }
    expect((await get("/healthz")).status).toBe(200);
  });

  test("SG8 a client that leaves in the middle of a download harms nobody", async () => {
    for (let n = 0; n < 20; n++) {
      const abort = new AbortController();
      const answer = await fetch(at.url + weights, { signal: abort.signal });
      await answer.body?.getReader().read();
      abort.abort();
    }
    expect((await get("/healthz")).status).toBe(200);
  });

  test("SG9 the app's pages answer everywhere, hashed assets are kept for good", async () => {
    for (const path of [
      "/",
      "/donate",
      "/donate/",
      "/swarm",
      "/privacy",
      "/partners",
      "/admin",
      "/c/ab12-cd_3",
      "/c/ab12/",
      "/?backend=wasm",
    ]) {
      const page = await get(path);
      expect([path, page.status, page.headers.get("cache-control")]).toEqual([path, 200, "no-cache"]);
      expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    }
    expect((await get("/sw.js")).headers.get("cache-control")).toBe("no-cache");
    const asset = await get("/assets/a-1.js", { "accept-encoding": "gzip" });
    expect(asset.headers.get("cache-control")).toContain("immutable");
    expect(asset.headers.get("content-encoding")).toBe("gzip");
    expect(await asset.text()).toBe("x".repeat(10_000));
    expect((await get("/nowhere")).status).toBe(404);
    expect((await get("/", {}, "POST")).status).toBe(405);
  });

  test("SG9 every answer has the security headers, and inline scripts only the page's own", async () => {
    for (const path of ["/", "/healthz", "/api/swarm", "/metrics", "/nowhere", weights]) {
      const { headers } = await get(path, {}, "HEAD");
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    }
    const policy = (await get("/")).headers.get("content-security-policy") ?? "";
    expect(policy).toContain(`'sha256-${createHash("sha256").update(inline).digest("base64")}'`);
    expect(policy).toContain("'wasm-unsafe-eval'");
    expect(/script-src[^;]*/.exec(policy)?.[0]).not.toContain("unsafe-inline");
  });

  test("SG9 the page may fetch from the servers that models name, https or not, and from no other http server", () => {
    const policy =
      securityHeaders({ inlineScripts: [], sources: ["http://mirror.test:8080"] })["content-security-policy"] ?? "";
    const connect = /connect-src[^;]*/.exec(policy)?.[0].split(" ") ?? [];
    expect(connect).toContain("http://mirror.test:8080");
    expect(connect).not.toContain("http:");
    expect(connect).not.toContain("*");
  });
});
