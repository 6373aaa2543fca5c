import { type Coordinator, startCoordinator } from "@potluck/tool/stage";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type HubServer, startHub } from "../../../packages/model/test/hub-server.ts";

/** The demo model's files on a hub that can be told to misbehave, and a coordinator that plans for them. */
export interface HubModel {
  readonly hub: HubServer;
  readonly coordinator: Coordinator;
  /** Of all weights together, each counted once. */
  readonly weightBytes: number;
  /** Of the largest range that has a hash of its own. */
  readonly largestPieceBytes: number;
  close(): Promise<void>;
}

const hubModelId = "hub-demo";
export const weightsFile = "onnx/model_q4.onnx";

interface ManifestFile {
  id: string;
  source: { base: string };
  readonly tokenizer: readonly { readonly path: string }[];
  readonly tensors: readonly { readonly pieces: readonly { readonly lengthBytes: number }[] }[];
}

const demoModel = fileURLToPath(new URL("../../../packages/demo-model", import.meta.url));

export async function startHubModel(): Promise<HubModel> {
  const manifestDir = join(demoModel, "manifests", "swarm-demo-10m-q4");
  const manifest = JSON.parse(await readFile(join(manifestDir, "manifest.json"), "utf8")) as ManifestFile;
  const paths = [weightsFile, ...manifest.tokenizer.map(({ path }) => path)];
  const files = await Promise.all(
    paths.map(async (path) => [path, await readFile(join(demoModel, "models", "swarm-demo-10m", path))] as const),
  );
  const hub = await startHub(Object.fromEntries(files));

  const dataDir = await mkdtemp(join(tmpdir(), "potluck-e2e-"));
  const folder = join(dataDir, "models", hubModelId);
  await mkdir(folder, { recursive: true });
  for (const name of ["skeleton.onnx", "known-answers.bin"]) await cp(join(manifestDir, name), join(folder, name));
  manifest.id = hubModelId;
  manifest.source.base = hub.base;
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  const coordinator = await startCoordinator({ dataDir, env: { POTLUCK_MODELS: hubModelId } });

  const pieces = manifest.tensors.flatMap((tensor) => tensor.pieces.map(({ lengthBytes }) => lengthBytes));
  return {
    hub,
    coordinator,
    weightBytes: pieces.reduce((sum, bytes) => sum + bytes, 0),
    largestPieceBytes: Math.max(...pieces),
    async close() {
      await hub.close();
      await coordinator.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
