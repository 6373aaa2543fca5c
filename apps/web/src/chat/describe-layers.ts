import type { LayerRange } from "@potluck/protocol";
import type { Words } from "../i18n/create-words.ts";

/** `layers 2–6`, one item a range; without ranges, that some are missing. */
export function describeLayers(ranges: readonly LayerRange[], t: Words): readonly string[] {
  if (ranges.length === 0) return [t("chat:layersUnknown")];
  return ranges.map(({ from, to }) =>
    to - from === 1 ? t("chat:layer", { from }) : t("chat:layers", { from, to: to - 1 }),
  );
}
