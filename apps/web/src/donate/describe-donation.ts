import type { DonationState, ServingStats } from "@potluck/donor";
import type { Words } from "../i18n/create-words.ts";
import { describeLayers } from "../swarm/describe-layers.ts";

/** What tests and styles call the state. Joining is the first part of loading. */
export type DonationWord =
  | "idle"
  | "loading"
  | "ready"
  | "serving"
  | "paused"
  | "waiting-for-rules"
  | "waiting-for-tab"
  | "handing-over"
  | "finishing"
  | "error";

export function donationWord(state: DonationState): DonationWord {
  return state.kind === "joining" ? "loading" : state.kind;
}

/**
 * The state in one sentence; a problem is told by its own. Carries no running numbers: it is read aloud whenever it changes.
 */
export function describeDonation(state: Exclude<DonationState, { readonly kind: "error" }>, t: Words): string {
  switch (state.kind) {
    case "idle":
      return t("donate:word.idle");
    case "joining":
      return t("donate:word.joining");
    case "loading":
      return t(`donate:word.${state.progress.stage}`, { layers: describeLayers(state.segment, t) });
    case "ready":
      return t("donate:word.ready", { layers: describeLayers(state.segment, t) });
    case "serving": {
      const { answering, sessions } = state.stats;
      const layers = describeLayers(state.segment, t);
      return answering > 0
        ? t("donate:word.serving", { count: answering, layers })
        : t("donate:word.keeping", { count: sessions, layers });
    }
    case "paused":
      return t("donate:word.paused", { layers: describeLayers(state.segment, t) });
    case "waiting-for-rules":
      return t("donate:word.waitingForRules");
    case "waiting-for-tab":
      return t("donate:word.waitingForTab");
    case "handing-over":
      // Whether anybody can take them is their askers' to find out.
      return state.stats.answering > 0 ? t("donate:word.handingOver") : t("donate:word.handingOverKept");
    case "finishing":
      return t("donate:word.finishing");
    default:
      return state satisfies never;
  }
}

/** Why a tab that holds layers only stands by, and what would change that. */
export function describeSlow(slow: NonNullable<ServingStats["slow"]>, t: Words): string {
  return t(`donate:slow.${slow}`);
}
