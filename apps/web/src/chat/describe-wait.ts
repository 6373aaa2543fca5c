import type { Words } from "../i18n/create-words.ts";

/** About how long, as exactly as it can be known: `about 2 minutes`. `ms` is an estimate. */
export function describeWait(ms: number, t: Words): string {
  if (ms < 45_000) return t("chat:wait.short");
  const minutes = Math.round(ms / 60_000);
  if (minutes <= 1) return t("chat:wait.minute");
  return minutes > 60 ? t("chat:wait.long") : t("chat:wait.minutes", { count: minutes });
}
