import type { LayerRange } from "@potluck/protocol";
import type { Words } from "../i18n/create-words.ts";

/** `layers 3–5` with inclusive ends, as people count them from 0; `layer 3` for a single one. */
export function describeLayers({ from, to }: LayerRange, t: Words): string {
  return to - from === 1 ? t("swarm:layer", { n: from }) : t("swarm:layers", { from, to: to - 1 });
}
