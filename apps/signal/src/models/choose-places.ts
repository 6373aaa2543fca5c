import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ModelPlace } from "./read-catalog.ts";

/** What ships is served by this model alone, unless the operator lists more. */
const defaultModel = "swarm-demo-10m-q4";

/** Those of the places that are to be served. `wanted` is `POTLUCK_MODELS`; null: the default and all that were added. */
export function choosePlaces(
  wanted: readonly string[] | null,
  added: readonly ModelPlace[],
  shipped: readonly ModelPlace[],
): readonly ModelPlace[] {
  const isWanted = (id: string): boolean =>
    wanted?.includes(id) ?? (id === defaultModel || added.some((place) => place.id === id));
  return [...added, ...shipped].filter(({ id }) => isWanted(id));
}

/**
 * A sentence for the operator about models that were asked for and are not served; null when all are. `served` are the ids
 * that can be; `places` all that could have been asked for.
 */
export function whatIsMissing(
  wanted: readonly string[] | null,
  served: readonly string[],
  places: readonly ModelPlace[],
): string | null {
  const missing = (wanted ?? []).filter((id) => !served.includes(id));
  if (missing.length === 0 && served.length > 0) return null;
  const there = [...new Set(places.filter(hasManifest).map(({ id }) => id))].sort();
  const asked =
    missing.length > 0
      ? `POTLUCK_MODELS names ${missing.join(", ")}, which can't be served.`
      : "There is no model that can be served.";
  const choice = there.length > 0 ? ` Models that are there: ${there.join(", ")}.` : " No model is there.";
  const why =
    missing.some((id) => there.includes(id)) || missing.length === 0 ? " The log says why one is skipped." : "";
  return asked + choice + why;
}

function hasManifest(place: ModelPlace): boolean {
  return existsSync(join(place.manifestDir, "manifest.json"));
}
