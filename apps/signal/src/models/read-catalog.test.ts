import { demoModels } from "@potluck/demo-model";
import { parseManifest } from "@potluck/model";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLog } from "../watch/create-log.ts";
import { placesIn, readCatalog } from "./read-catalog.ts";

let dataDir: string;
let logged: string[];
const log = createLog("info", { write: (line) => logged.push(line) });
beforeEach(async () => {
  logged = [];
  dataDir = await mkdtemp(join(tmpdir(), "potluck-catalog-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const demo = demoModels().find(({ id }) => id === "swarm-demo-10m-q4") ?? demoModels()[0];
const folder = (id: string) => join(dataDir, "models", id);

/** The demo's manifest, changed, as an operator's model. */
async function add(id: string, change: (manifest: Record<string, unknown>) => void): Promise<void> {
  await mkdir(folder(id), { recursive: true });
  await cp(demo?.manifestDir ?? "", folder(id), { recursive: true });
  const path = join(folder(id), "manifest.json");
  const manifest = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  manifest["id"] = id;
  change(manifest);
  await writeFile(path, JSON.stringify(manifest));
}
/** What a draft's manifest is changed in. */
interface DemoManifest {
  readonly tokenizer: object[];
  readonly architecture: { vocabSize: number; maxPositions: number };
}

const source = (base: string) => (manifest: Record<string, unknown>) => {
  manifest["source"] = { ...(manifest["source"] as object), base };
};

describe("catalog", () => {
  test("SG8 the shipped model is planned for with its own numbers", async () => {
    if (demo === undefined) throw new Error("no demo model");
    const [model] = await readCatalog([demo], log);
    const manifest = parseManifest(JSON.parse(await readFile(join(demo.manifestDir, "manifest.json"), "utf8")));
    expect(model?.swarm).toMatchObject({ id: demo.id, maxPositions: 2048, activation: "f32" });
    expect(model?.swarm.layers).toHaveLength(12);
    // Each weight once, however many parts use it.
    const weightBytes = manifest.tensors.reduce((sum, tensor) => sum + tensor.lengthBytes, 0);
    expect(model?.swarm.whole.weightBytes).toBe(weightBytes);
    expect(model?.swarm.whole.kvBytesPerToken).toBe(12 * 2 * 2 * 64 * 4);
  });

  test("SD10 a model's draft is planned for and served with it, and is no model of its own", async () => {
    const [model, ...others] = await readCatalog(demo === undefined ? [] : [demo], log, {
      drafts: new Map([["swarm-demo-10m-q4", "swarm-demo-draft-1m-q4"]]),
      places: demoModels(),
    });
    expect([logged, others]).toEqual([[], []]);
    expect(model?.swarm.draft).toEqual({
      id: "swarm-demo-draft-1m-q4",
      layerCount: 3,
      activation: "f32",
      weightBytes: 3_311_616,
      kvBytesPerToken: 3 * 2 * 64 * 4,
    });
    expect(model?.draft?.files.has("source/onnx/model_q4.onnx")).toBe(true);
  });

  test.each<[string, (draft: DemoManifest) => void, string]>([
    [
      "another tokenizer",
      (draft) => (draft.tokenizer[0] = { ...draft.tokenizer[0], sha256: "0".repeat(64) }),
      "tokenizer",
    ],
    ["more ids", (draft) => (draft.architecture.vocabSize = 4097), "vocabulary"],
    ["a shorter memory", (draft) => (draft.architecture.maxPositions = 1024), "1024 positions"],
    ["no use", (draft) => (draft.architecture.vocabSize = -1), "vocabSize"],
  ])("SD10 a draft with %s guesses nothing, and its model is served without", async (_, change, reason) => {
    await add("small", (manifest) => change(manifest as unknown as DemoManifest));
    const [place] = await placesIn(dataDir);
    const [model] = await readCatalog(demo === undefined ? [] : [demo], log, {
      drafts: new Map([["swarm-demo-10m-q4", "small"]]),
      places: place === undefined ? [] : [{ ...place, sourceDir: demo?.sourceDir ?? null }],
    });
    expect([model?.swarm.id, model?.swarm.draft, model?.draft]).toEqual(["swarm-demo-10m-q4", null, undefined]);
    const line = JSON.parse(logged[0] ?? "{}") as Record<string, unknown>;
    expect(line).toMatchObject({ model: "swarm-demo-10m-q4", draft: "small", msg: "draft skipped" });
    expect(line["reason"]).toContain(reason);
  });

  test("SG8 an operator's model may leave its weights on the hub", async () => {
    await add("hub-model", source("https://huggingface.co/x/y/resolve/abc/"));
    const [model] = await readCatalog(await placesIn(dataDir), log);
    expect([...(model?.files.keys() ?? [])]).toEqual(["manifest.json", "skeleton.onnx", "known-answers.bin"]);
  });

  test("SG12 what can't be used is skipped with a line that says which and why", async () => {
    await add("good", source("https://hub.example/"));
    await add("no-weights", source("source/"));
    await add("escapes", source("../../etc/"));
    await add("wrong-name", (manifest) => (manifest["id"] = "other"));
    await add("wrong-shape", (manifest) => (manifest["layers"] = 5));
    await mkdir(folder("no-json"), { recursive: true });
    await writeFile(join(folder("no-json"), "manifest.json"), "{");
    await mkdir(folder("empty"), { recursive: true });
    const models = await readCatalog(await placesIn(dataDir), log);
    expect(models.map((model) => model.swarm.id)).toEqual(["good"]);
    const skipped = logged.map((line) => JSON.parse(line) as { model: string; reason: string; msg: string });
    expect(skipped.map((line) => [line.model, line.msg])).toEqual(
      ["empty", "escapes", "no-json", "no-weights", "wrong-name", "wrong-shape"].map((id) => [id, "model skipped"]),
    );
    expect(skipped.find((line) => line.model === "wrong-shape")?.reason).toContain("layers");
    expect(skipped.find((line) => line.model === "empty")?.reason).toContain("npm run model -- manifest");
    expect(skipped.find((line) => line.model === "no-weights")?.reason).toContain("model_q4.onnx");
  });

  test("SG12 a folder that is still being written is no model yet", async () => {
    await mkdir(folder(".fresh-Ab12Cd"), { recursive: true });
    expect(await placesIn(dataDir)).toEqual([]);
  });

  test("SG12 no data folder is no model", async () => {
    expect(await placesIn(join(dataDir, "nowhere"))).toEqual([]);
  });
});
