import { type Manifest, parseManifest } from "@potluck/model";
import { draftModelOf, swarmModelOf } from "@potluck/swarm";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { draftFault } from "./draft-fault.ts";
import type { ServedModel } from "./served-model.ts";

/** Where a model's files are on this machine. */
export interface ModelPlace {
  readonly id: string;
  readonly manifestDir: string;
  /** What the manifest's relative `source.base` stands for; null: that folder, relative to the manifest's. */
  readonly sourceDir: string | null;
}

/** Models that the operator put into `<dataDir>/models/<id>/` with the model tool. */
export async function placesIn(dataDir: string): Promise<readonly ModelPlace[]> {
  const folder = join(dataDir, "models");
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return (
    entries
      // The tool writes under a name that starts with a dot until a model is whole.
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith("."))
      .map((entry) => ({ id: entry.name, manifestDir: join(folder, entry.name), sourceDir: null }))
  );
}

/** Which model guesses for which, by id, and where those that guess may be. */
export interface DraftChoice {
  readonly drafts: ReadonlyMap<string, string>;
  readonly places: readonly ModelPlace[];
}

const noDrafts: DraftChoice = { drafts: new Map(), places: [] };

/**
 * Reads the manifests. One that can't be used is left out, with a log line that says why; so is a draft, without which its
 * model is served all the same.
 */
export async function readCatalog(
  places: readonly ModelPlace[],
  log: Logger,
  choice: DraftChoice = noDrafts,
): Promise<readonly ServedModel[]> {
  const models: ServedModel[] = [];
  for (const place of places) {
    try {
      const read = await readModel(place);
      const model = await addDraft(read, choice, log);
      if (models.some((other) => other.swarm.id === model.swarm.id)) throw new Error("another model has the same id");
      models.push(model);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ model: place.id, reason }, "model skipped");
    }
  }
  return models;
}

interface ReadModel {
  readonly manifest: Manifest;
  readonly model: ServedModel;
}

async function addDraft({ manifest, model }: ReadModel, choice: DraftChoice, log: Logger): Promise<ServedModel> {
  const id = choice.drafts.get(manifest.id);
  if (id === undefined) return model;
  try {
    const place = choice.places.find((one) => one.id === id);
    if (place === undefined) throw new Error("there is no such model");
    const draft = await readModel(place);
    const fault = draftFault(manifest, draft.manifest);
    if (fault !== null) throw new Error(fault);
    const { swarm, files, sourceOrigin } = draft.model;
    return {
      ...model,
      swarm: { ...model.swarm, draft: draftModelOf(swarm) },
      draft: { id: swarm.id, files, sourceOrigin },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn({ model: manifest.id, draft: id, reason }, "draft skipped");
    return model;
  }
}

async function readModel(place: ModelPlace): Promise<ReadModel> {
  const text = await readFile(join(place.manifestDir, "manifest.json"), "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error("its folder has no manifest.json; make one with `npm run model -- manifest …`", { cause: error });
  });
  const manifest = parseManifest(JSON.parse(text));
  if (manifest.id !== place.id) throw new Error(`its folder is named ${place.id}, its manifest ${manifest.id}`);
  const files = filesOf(manifest, place);
  for (const [name, path] of files) {
    const found = await stat(path).catch(() => null);
    if (!found?.isFile()) throw new Error(`its file ${name} is missing`);
  }
  const sourceOrigin = originOf(manifest.source.base);
  return { manifest, model: { swarm: swarmModelOf(manifest), files, sourceOrigin } };
}

function originOf(base: string): string | null {
  return URL.canParse(base) ? new URL(base).origin : null;
}

function filesOf(manifest: Manifest, place: ModelPlace): Map<string, string> {
  const beside = ["manifest.json", manifest.skeleton.path, manifest.knownAnswers.file.path];
  const files = new Map(beside.map((path) => [path, join(place.manifestDir, path)]));
  const { base } = manifest.source;
  // The hub serves those files itself.
  if (/^[a-z]+:\/\//i.test(base)) return files;
  const relative = base.replace(/^\.\//, "");
  if (relative.startsWith("/") || relative.split("/").includes("..")) {
    throw new Error(`its source ${base} is neither a URL nor a folder beside the manifest`);
  }
  const sourceDir = place.sourceDir ?? join(place.manifestDir, relative);
  for (const { path } of [...manifest.files, ...manifest.tokenizer]) files.set(relative + path, join(sourceDir, path));
  return files;
}
