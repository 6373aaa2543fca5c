import type { SiteKey } from "@potluck/protocol";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scriptTags } from "./script-tags.ts";

test("SG25 beside the evergreen tag the versioned one is printed, with the build's integrity, where it is built", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-tags-"));
  const site = "pk_0" as SiteKey;
  const evergreen = '<script async src="https://YOUR-HOST/embed/v1.js" data-site="pk_0"></script>';
  expect(await scriptTags(site, folder)).toBe(evergreen);
  await writeFile(join(folder, "integrity.json"), JSON.stringify({ file: "v1.abc.js", integrity: "sha384-x" }));
  const tags = await scriptTags(site, folder);
  expect(tags.startsWith(evergreen)).toBe(true);
  expect(tags).toContain(
    '<script async src="https://YOUR-HOST/embed/v1.abc.js" integrity="sha384-x" crossorigin="anonymous" data-site="pk_0"></script>',
  );
  await rm(folder, { recursive: true, force: true });
});
