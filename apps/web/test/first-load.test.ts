import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { measureFirstLoad, staticImports } from "./first-load.ts";
import { wholeCatalogs } from "./whole-words.ts";

const limitBytes = 150_000;

test("WB13 the first load of the chat page is at most 150 kB of gzipped JavaScript", async () => {
  const { scripts, gzipBytes } = await measureFirstLoad(fileURLToPath(new URL("../dist", import.meta.url)));
  expect(scripts.length).toBeGreaterThan(0);
  expect(gzipBytes, `loads ${scripts.join(", ")}`).toBeLessThanOrEqual(limitBytes);
  // A page without React in it was not measured right.
  expect(gzipBytes).toBeGreaterThan(30_000);
});

test("WB64 WB65 the pages for partners and for the operator are not in the first load, nor are their words", async () => {
  const dist = fileURLToPath(new URL("../dist", import.meta.url));
  const { scripts } = await measureFirstLoad(dist);
  const first = (await Promise.all(scripts.map((script) => readFile(join(dist, script), "utf8")))).join("\n");
  expect(first).toContain(wholeCatalogs.en.app.skip);
  for (const { heading } of [wholeCatalogs.en.partners, wholeCatalogs.en.admin, wholeCatalogs.en.donate])
    expect(first).not.toContain(heading);
});

test("WB62 the worker answers with the app where a page of it is opened, and never for the frame of a partner's page", async () => {
  const worker = await readFile(fileURLToPath(new URL("../dist/sw.js", import.meta.url)), "utf8");
  const source = /denylist:\[\/(.+?)\/\]/.exec(worker)?.[1];
  const denied = new RegExp(source ?? "");
  const isDenied = (url: string): boolean => denied.test(url);
  expect(["/embed/frame?site=pk_1", "/embed/v1.js", "/api/partners", "/socket.io/"].filter(isDenied)).toHaveLength(4);
  expect(["/", "/partners", "/admin", "/donate?x", "/c/embed"].filter(isDenied)).toEqual([]);
});

test("WB13 static imports count, dynamic ones do not", () => {
  const source = `import{a}from"./a.js";import"./b.js";export*from'../c.js';const d=()=>import("./d.js");`;
  expect(staticImports(source)).toEqual(["./a.js", "./b.js", "../c.js"]);
});

test("WB13 without a build the check says what to do", async () => {
  await expect(measureFirstLoad("/nowhere")).rejects.toThrow("npm run build");
});
