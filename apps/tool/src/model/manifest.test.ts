import { parseManifest } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import { buildManifest, type BuiltManifest } from "@potluck/model/read";
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inspect } from "./inspect.ts";
import { computeKnownAnswers } from "./known-answers.ts";
import { linkSource } from "./link-source.ts";
import { renderJson } from "./render-json.ts";
import { writeManifest } from "./write-manifest.ts";

const demo = fileURLToPath(new URL("../../../../packages/demo-model/", import.meta.url));
const id = "swarm-demo-draft-1m-q4";
const source = folderSource(join(demo, "models/swarm-demo-draft-1m"));

let built: BuiltManifest;
let folder: string;
beforeAll(async () => {
  built = await buildManifest(source, {
    dtype: "q4",
    id,
    repository: "swarm-demo-draft-1m",
    revision: "local",
    base: "source/",
    licence: "apache-2.0",
    knownAnswers: computeKnownAnswers,
  });
  folder = await mkdtemp(join(tmpdir(), "potluck-manifest-"));
});
afterAll(() => rm(folder, { recursive: true }));

const shipped = (name: string): string => join(demo, "manifests", id, name);

test("MO16 the same files give the shipped manifest and skeleton again", async () => {
  expect([...built.skeleton]).toEqual([...(await readFile(shipped("skeleton.onnx")))]);
  const again = { ...built.manifest, knownAnswers: null };
  expect(again).toEqual({
    ...(JSON.parse(await readFile(shipped("manifest.json"), "utf8")) as object),
    knownAnswers: null,
  });
});

test("MO18 known answers are those shipped, as close as CPUs agree", async () => {
  const want = new Float32Array((await readFile(shipped("known-answers.bin"))).buffer.slice(0));
  const got = new Float32Array(built.knownAnswers.slice().buffer);
  const { layerCount, hiddenSize, vocabSize } = built.manifest.architecture;
  expect(got).toHaveLength((layerCount + 1) * built.manifest.knownAnswers.promptIds.length * hiddenSize + vocabSize);
  expect(want.length).toBe(got.length);
  expect(got.every(Number.isFinite)).toBe(true);
  expect(Math.max(...got.map((value, i) => Math.abs(value - (want[i] ?? Number.NaN))))).toBeLessThan(1e-3);
});

test.each(["swarm-demo-10m-q4", "swarm-demo-10m-q4f16", id])("MO11 the shipped manifest %s parses", async (name) => {
  const text = await readFile(join(demo, "manifests", name, "manifest.json"), "utf8");
  expect(renderJson(parseManifest(JSON.parse(text)))).toBe(text);
});

test("MO17 a manifest's folder holds its three files and replaces an older one", async () => {
  const target = join(folder, "written");
  await writeManifest(target, built);
  await writeFile(join(target, "left-over"), "old");
  await writeManifest(target, built);
  expect((await readdir(target)).sort()).toEqual(["known-answers.bin", "manifest.json", "skeleton.onnx"]);
  expect(await readdir(folder)).toEqual(["written"]);
});

test("MO40 source/ leads to the export's folder, and replacing the manifest leaves that folder alone", async () => {
  const target = join(folder, "linked");
  await writeManifest(target, built, source.label);
  await writeManifest(target, built, source.label);
  expect(await readlink(join(target, "source"))).toBe(source.label);
  expect(await readdir(source.label)).toContain("tokenizer.json");
});

test("MO40 where links can't be made source/ holds the files that the manifest names", async () => {
  const target = join(folder, "copied");
  await writeManifest(target, built);
  await linkSource(target, source.label, built.manifest, () => Promise.reject(new Error("EPERM")));
  const { files, tokenizer } = built.manifest;
  const found = await readdir(join(target, "source"), { recursive: true });
  expect(found.filter((path) => path !== "onnx").sort()).toEqual([...files, ...tokenizer].map((f) => f.path).sort());
  expect(await readFile(join(target, "source/config.json"))).toEqual(await readFile(join(source.label, "config.json")));
});

test("MO17 when writing fails the older folder stays and nothing is left beside it", async () => {
  const target = join(folder, "kept");
  await writeManifest(target, built);
  const broken = { ...built, knownAnswers: { length: 1 } as unknown as Uint8Array };
  await expect(writeManifest(target, broken)).rejects.toThrow();
  expect((await readdir(target)).sort()).toEqual(["known-answers.bin", "manifest.json", "skeleton.onnx"]);
  expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
});

test("MO4 inspect lists every part with its bytes and what leaves it", async () => {
  const text = await inspect(source, "q4");
  for (const part of ["embedding", "layer 0", "layer 1", "layer 2", "head", "shared", "all"])
    expect(text).toMatch(new RegExp(`^${part} `, "m"));
  expect(text).toContain("2,097,152");
  expect(text).toContain("/model/layers.1/mlp/down_proj/MatMul/output_0");
});
