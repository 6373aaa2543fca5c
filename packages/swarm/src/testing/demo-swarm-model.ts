import { readFileSync } from "node:fs";
import { demoModels } from "@potluck/demo-model";
import { parseManifest } from "@potluck/model";
import type { SwarmModel } from "../segment/swarm-model.ts";
import { draftModelOf, swarmModelOf } from "../segment/swarm-model-of.ts";

/** The q4 export of the demo model, an embedding ten times as heavy as a layer, with or without its own draft. */
export function demoSwarmModel({ hasDraft }: { readonly hasDraft: boolean }): SwarmModel {
  const model = shipped("swarm-demo-10m-q4");
  return hasDraft ? { ...model, draft: draftModelOf(shipped("swarm-demo-draft-1m-q4")) } : model;
}

function shipped(id: string): SwarmModel {
  const found = demoModels().find((one) => one.id === id);
  if (found === undefined) throw new Error(`${id} is not shipped`);
  return swarmModelOf(parseManifest(JSON.parse(readFileSync(`${found.manifestDir}/manifest.json`, "utf8"))));
}
