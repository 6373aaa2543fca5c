import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { planTarget } from "./plan-target.ts";
import { UsageError } from "./usage-error.ts";

let dir: string;
let from: string;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), "potluck-target-")));
  from = join(dir, "export");
  await mkdir(from);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test.each([
  ["models/qwen3-0.6b_q4f16", undefined, "qwen3-0.6b_q4f16"],
  ["models/a/", undefined, "a"],
  ["models/a", "other", "other"],
  ["models/with space", undefined, undefined],
  ["models/.hidden", undefined, undefined],
  [`models/${"x".repeat(97)}`, undefined, undefined],
])("MO39 written to %s with --id %s the id is %s", (out, id, want) => {
  expect(planTarget({ out: join(dir, out), ...(id === undefined ? {} : { id }) }, null).id).toBe(want);
});

test("MO39 an id that no manifest may have is refused", () => {
  expect(() => planTarget({ out: join(dir, "a"), id: "a/b" }, null)).toThrow(UsageError);
});

test("MO40 the export's own folder is what source/ leads to, also through a link", async () => {
  await symlink(from, join(dir, "link"));
  expect(planTarget({ out: join(dir, "a") }, join(dir, "link")).source).toBe(from);
});

test("MO40 nothing lies beside a manifest whose files are elsewhere", () => {
  const shipped = fileURLToPath(new URL("../../../../packages/demo-model/manifests/new", import.meta.url));
  expect(planTarget({ out: join(dir, "a") }, null).source).toBeNull();
  expect(planTarget({ out: join(dir, "a"), base: "https://files.example/" }, from).source).toBeNull();
  expect(planTarget({ out: shipped }, from).source).toBeNull();
});

test("MO40 a folder that holds the export is not replaced", async () => {
  await writeFile(join(dir, "manifest.json"), "{}");
  await symlink(dir, `${dir}-link`);
  try {
    for (const out of [dir, `${dir}-link`]) {
      expect(() => planTarget({ out, force: true }, from)).toThrow(/holds the export itself/);
    }
    expect(() => planTarget({ out: dir, force: true }, dir)).toThrow(UsageError);
  } finally {
    await rm(`${dir}-link`);
  }
});

test("MO41 a folder that is there is a matter of usage", () => {
  expect(() => planTarget({ out: from }, null)).toThrow(UsageError);
  expect(() => planTarget({ out: from, force: true }, null)).toThrow(/exists already/);
});
