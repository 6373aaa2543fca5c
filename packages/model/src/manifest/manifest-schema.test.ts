import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { ManifestError, parseManifest } from "./manifest-schema.ts";
import type { Manifest } from "./manifest.ts";

let text: string;
beforeAll(async () => {
  text = await readFile(
    new URL("../../../demo-model/manifests/swarm-demo-draft-1m-q4/manifest.json", import.meta.url),
    "utf8",
  );
});

type Loose = { [key: string]: Loose } & Loose[];

test("MO11 the shipped manifest parses to itself", () => {
  const json: unknown = JSON.parse(text);
  expect(parseManifest(json)).toEqual(json);
});

test.each<[string, (m: Loose & Manifest) => void]>([
  ["version", (m) => Object.assign(m, { version: 2 })],
  ["source.base", (m) => Object.assign(m.source, { base: "source" })],
  ["files.0.path", (m) => Object.assign(m.files[0] ?? {}, { path: "../secret" })],
  ["tokenizer.0.path", (m) => Object.assign(m.tokenizer[0] ?? {}, { path: "https://example.org/x" })],
  ["skeleton.sha256", (m) => Object.assign(m.skeleton, { sha256: "XYZ" })],
  ["architecture.layerCount", (m) => Object.assign(m.architecture, { layerCount: 1e9 })],
  ["tensors.0.pieces.0.lengthBytes", (m) => Object.assign(m.tensors[0]?.pieces[0] ?? {}, { lengthBytes: 2 ** 40 })],
])("MO11 a wrong %s is refused by name", (field, change) => {
  const json = JSON.parse(text) as Loose & Manifest;
  change(json);
  expect(() => parseManifest(json)).toThrow(`"${field}"`);
});

test.each<[string, (m: Manifest) => void]>([
  ["don't add up", (m) => Object.assign(m.tensors[3]?.pieces[0] ?? {}, { lengthBytes: 1 })],
  ["beyond its file", (m) => Object.assign(m.files[0] ?? {}, { sizeBytes: 10 })],
  ["cuts must be", (m) => Object.assign(m, { cuts: m.cuts.slice(1) })],
  ["must number", (m) => Object.assign(m, { layers: m.layers.slice(1) })],
  ["weightBytes", (m) => Object.assign(m.head, { weightBytes: 1 })],
  ["two parts", (m) => Object.assign(m, { head: m.embedding })],
  ["belongs to no part", (m) => Object.assign(m, { shared: [] })],
  ["same name", (m) => Object.assign(m.tensors[1] ?? {}, { name: m.tensors[0]?.name })],
  ["beyond the vocabulary", (m) => Object.assign(m.knownAnswers, { promptIds: [4096] })],
])("MO11 numbers that disagree are refused: %s", (words, change) => {
  const json = JSON.parse(text) as Manifest;
  change(json);
  expect(() => parseManifest(json)).toThrow(words);
});

test("MO11 no JSON makes the parser throw anything but a ManifestError", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(JSON.parse(text) as object)), (value, key) => {
      for (const json of [value, { ...(JSON.parse(text) as object), [key]: value }]) {
        try {
          parseManifest(json);
        } catch (error) {
          expect(error).toBeInstanceOf(ManifestError);
        }
      }
    }),
    { numRuns: 200 },
  );
});
