import type { PauseReason } from "@potluck/donor";
import type { Words } from "../i18n/create-words.ts";

/** Why a tab does not serve, and when it goes on. Times are the person's own, told in `language`. */
export function describePause(reason: PauseReason, nowMs: number, language: string, t: Words): string {
  switch (reason.why) {
    case "by-person":
      return t("donate:why.byPerson");
    case "not-idle":
      return t("donate:why.notIdle");
    case "on-battery":
      return t("donate:why.onBattery");
    case "hidden":
      return t("donate:why.hidden");
    case "hidden-on-battery":
      return t("donate:why.hiddenOnBattery");
    case "save-data":
      return t("donate:why.saveData");
    case "slow-network":
      return t("donate:why.slowNetwork");
    case "out-of-sight":
      return t("donate:why.outOfSight");
    case "page-suffers":
      return t("donate:why.pageSuffers");
    case "data-cap":
      return t("donate:why.dataCap", { when: describeWhen(reason.untilMs, nowMs, language, t) });
    case "schedule":
      return t("donate:why.schedule", { when: describeWhen(reason.untilMs, nowMs, language, t) });
    case "calming-down":
      return t("donate:why.calmingDown");
    default:
      return reason satisfies never;
  }
}

/** `at 18:00`, or with the weekday where it is not today. */
function describeWhen(ms: number, nowMs: number, language: string, t: Words): string {
  // What ends a moment before the full minute ends with it.
  const at = new Date(Math.round(ms / 60_000) * 60_000);
  const time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(at);
  if (at.toDateString() === new Date(nowMs).toDateString()) return t("donate:when.today", { time });
  return t("donate:when.later", { day: new Intl.DateTimeFormat(language, { weekday: "long" }).format(at), time });
}
