import type { Manifest } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import { buildManifest } from "@potluck/model/read";
import { needBytes, swarmModelOf } from "@potluck/swarm";
import { join } from "node:path";
import { computeKnownAnswers } from "../../model/known-answers.ts";
import { writeManifest } from "../../model/write-manifest.ts";
import { type BenchModel, demoModel } from "../bench-model.ts";
import type { Budgets } from "../budgets.ts";
import { shapes, type ShapeName } from "./shapes.ts";
import { writeShape } from "./write-shape.ts";

export interface MakeModel {
  readonly shape: ShapeName;
  readonly dtype: "q4" | "q4f16";
  /** Everything is written here. */
  readonly folder: string;
  readonly progress: (line: string) => void;
}

/** Writes an export of a shape, cuts it as `npm run model` does, and lays it where a coordinator finds it. */
export async function makeModel({ shape, dtype, folder, progress }: MakeModel): Promise<BenchModel> {
  const id = `shape-${shape}-${dtype}`;
  const exported = join(folder, id);
  progress(`writing random weights of shape ${shape} in ${dtype}`);
  await writeShape({ shape: shapes[shape], dtype, folder: exported, tokenizerFrom: demoModel.folder });
  progress("cutting it");
  const built = await buildManifest(folderSource(exported), {
    dtype,
    id,
    repository: id,
    revision: "made",
    base: "source/",
    knownAnswers: computeKnownAnswers,
  });
  const dataDir = join(folder, "data");
  await writeManifest(join(dataDir, "models", id), built, exported);
  const { manifest } = built;
  const { layerCount } = manifest.architecture;
  return { id, layerCount, folder: exported, dtype, dataDir, budgets: (tabs) => budgetsOf(manifest, tabs) };
}

/** Each tab gets about as many layers, since a budget is just what they need. */
export function budgetsOf(manifest: Manifest, tabs: number): Budgets {
  const model = swarmModelOf(manifest);
  const { layerCount } = manifest.architecture;
  const cuts = Array.from({ length: tabs + 1 }, (_, i) => Math.round((i * layerCount) / tabs));
  const needs = cuts.slice(1).map((to, i) => {
    const segment = model.segments.find((one) => one.from === cuts[i] && one.to === to);
    if (segment === undefined) throw new RangeError(`${layerCount} layers can't be held by ${tabs} tabs`);
    return needBytes(model, segment);
  });
  const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
  // The whole model is to stay in its one tab with room to spare; of several, the later ones only have to hold what is left.
  if (tabs === 1) return { tabsMb: needs.map((bytes) => megabytes(bytes * 1.2)), withDraftMb: null };
  const [first = 0, ...rest] = needs;
  const other = Math.max(...rest);
  return { tabsMb: [megabytes(first), ...rest.map(() => megabytes(other))], withDraftMb: null };
}
