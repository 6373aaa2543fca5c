import type { i18n } from "i18next";
import { formatBytes, formatDuration, formatSpeed } from "./format.ts";

/** Kinds of values that sentences may name: `{{n, bytes}}`, `speed` and `duration`; `number` and `list` are i18next's own. */
export function addFormats({ services: { formatter } }: i18n): void {
  formatter?.add("bytes", (value, language) => formatBytes(Number(value), language));
  formatter?.add("speed", (value, language) => formatSpeed(Number(value), language));
  formatter?.add("duration", (value, language) => formatDuration(Number(value), language));
}
