import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openExport } from "./open-export.ts";
import { UsageError } from "./usage-error.ts";

test.each([
  ["https://huggingface.co/org/name", undefined, "https://huggingface.co/org/name/resolve/main/", "org/name", "main"],
  [
    "https://huggingface.co/org/name/",
    "abc123",
    "https://huggingface.co/org/name/resolve/abc123/",
    "org/name",
    "abc123",
  ],
  [
    "https://huggingface.co/org/name/tree/v2",
    undefined,
    "https://huggingface.co/org/name/resolve/v2/",
    "org/name",
    "v2",
  ],
  ["http://localhost:9/models/x", undefined, "http://localhost:9/models/x/", "localhost/models/x", "unknown"],
])("MO19 %s (revision %s) is read from %s", (place, revision, base, repository, at) => {
  const opened = openExport(place, revision);
  expect(opened).toMatchObject({ base, repository, revision: at });
  expect(opened.source.label).toContain(base.slice(0, -1));
});

test("MO19 a folder has no URL of its own and is called by its name", () => {
  const folder = fileURLToPath(new URL(".", import.meta.url)).slice(0, -1);
  expect(openExport(folder)).toMatchObject({ base: null, repository: "model", revision: "local", folder });
});

test.each(["no/such/folder", fileURLToPath(import.meta.url), "https://"])("MO41 %s is refused as a place", (place) => {
  expect(() => openExport(place)).toThrow(UsageError);
});
