import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { measureFirstLoad, staticImports } from "./first-load.ts";

const limitBytes = 150_000;

test("WB13 the first load of the chat page is at most 150 kB of gzipped JavaScript", async () => {
  const { scripts, gzipBytes } = await measureFirstLoad(fileURLToPath(new URL("../dist", import.meta.url)));
  expect(scripts.length).toBeGreaterThan(0);
  expect(gzipBytes, `loads ${scripts.join(", ")}`).toBeLessThanOrEqual(limitBytes);
  // A page without React in it was not measured right.
  expect(gzipBytes).toBeGreaterThan(30_000);
});

test("WB13 static imports count, dynamic ones do not", () => {
  const source = `import{a}from"./a.js";import"./b.js";export*from'../c.js';const d=()=>import("./d.js");`;
  expect(staticImports(source)).toEqual(["./a.js", "./b.js", "../c.js"]);
});

test("WB13 without a build the check says what to do", async () => {
  await expect(measureFirstLoad("/nowhere")).rejects.toThrow("npm run build");
});
