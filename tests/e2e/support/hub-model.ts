import { type Coordinator, startCoordinator } from "@potluck/tool/stage";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type HubServer, startHub } from "../../../packages/model/test/hub-server.ts";

/** The demo model's files on a hub that can be told to misbehave, its draft's on another, and a coordinator that plans for them. */
export interface HubModel {
  readonly hub: HubServer;
  readonly draftHub: HubServer;
  readonly coordinator: Coordinator;
  /** Of all weights together, each counted once. */
  readonly weightBytes: number;
  /** Of the draft's weights, less what is byte for byte the model's own: that is stored once, by its hash. */
  readonly draftWeightBytes: number;
  /** Of the largest range that has a hash of its own. */
  readonly largestPieceBytes: number;
  close(): Promise<void>;
}

const ids = { model: "hub-demo", draft: "hub-draft" } as const;
export const weightsFile = "onnx/model_q4.onnx";

interface Piece {
  readonly lengthBytes: number;
  readonly sha256: string;
}

interface ManifestFile {
  id: string;
  source: { base: string };
  readonly tokenizer: readonly { readonly path: string }[];
  readonly tensors: readonly { readonly pieces: readonly Piece[] }[];
}

const demoModel = fileURLToPath(new URL("../../../packages/demo-model", import.meta.url));

interface PublishedModel {
  readonly hub: HubServer;
  /** The ranges that have a hash of their own. */
  readonly pieces: readonly Piece[];
}

/** Puts one of the demo's models on a hub of its own, and its manifest, under `id`, where a coordinator looks for it. */
async function publish(id: string, name: string, modelsDir: string): Promise<PublishedModel> {
  const manifestDir = join(demoModel, "manifests", `${name}-q4`);
  const manifest = JSON.parse(await readFile(join(manifestDir, "manifest.json"), "utf8")) as ManifestFile;
  const paths = [weightsFile, ...manifest.tokenizer.map(({ path }) => path)];
  const files = await Promise.all(
    paths.map(async (path) => [path, await readFile(join(demoModel, "models", name, path))] as const),
  );
  const hub = await startHub(Object.fromEntries(files));

  const folder = join(modelsDir, id);
  await mkdir(folder, { recursive: true });
  for (const file of ["skeleton.onnx", "known-answers.bin"]) await cp(join(manifestDir, file), join(folder, file));
  manifest.id = id;
  manifest.source.base = hub.base;
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  return { hub, pieces: manifest.tensors.flatMap(({ pieces }) => pieces) };
}

const bytesOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);

export async function startHubModel(): Promise<HubModel> {
  const dataDir = await mkdtemp(join(tmpdir(), "potluck-e2e-"));
  const model = await publish(ids.model, "swarm-demo-10m", join(dataDir, "models"));
  const draft = await publish(ids.draft, "swarm-demo-draft-1m", join(dataDir, "models"));
  const shared = new Set(model.pieces.map(({ sha256 }) => sha256));
  const env = { POTLUCK_MODELS: ids.model, POTLUCK_DRAFTS: `${ids.model}=${ids.draft}` };
  const coordinator = await startCoordinator({ dataDir, env });
  return {
    hub: model.hub,
    draftHub: draft.hub,
    coordinator,
    weightBytes: bytesOf(model.pieces),
    draftWeightBytes: bytesOf(draft.pieces.filter(({ sha256 }) => !shared.has(sha256))),
    largestPieceBytes: Math.max(...model.pieces.map(({ lengthBytes }) => lengthBytes)),
    async close() {
      await Promise.all([model.hub.close(), draft.hub.close()]);
      await coordinator.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
