import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLog } from "../watch/create-log.ts";
import { placesIn, readCatalog } from "./read-catalog.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "potluck-tool-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

// It computes the known answers of a whole model, which takes a busy machine a minute.
test("MO40 what the model tool writes into the data folder is served as it is", async () => {
  const place = "packages/demo-model/models/swarm-demo-draft-1m";
  const out = join(dataDir, "models", "my_model-1.0");
  const command = ["--import", "tsx", "apps/tool/src/model.ts", "manifest", place, "--dtype", "q4", "-o", out];
  const { stderr } = await promisify(execFile)(process.execPath, command, { cwd: root });
  expect(stderr).toContain(`Reading ${join(root, place)} ...`);
  const logged: string[] = [];
  const [model] = await readCatalog(await placesIn(dataDir), createLog("info", { write: (line) => logged.push(line) }));
  expect(logged).toEqual([]);
  expect(model?.swarm.id).toBe("my_model-1.0");
  expect(model?.files.get("source/onnx/model_q4.onnx")).toBe(join(out, "source/onnx/model_q4.onnx"));
}, 300_000);
