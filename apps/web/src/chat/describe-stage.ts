import type { LayerRange, WaitReason } from "@potluck/protocol";
import type { Stage } from "../conversation/answer.ts";
import type { Words } from "../i18n/create-words.ts";
import { describeLayers } from "./describe-layers.ts";
import { describeWait } from "./describe-wait.ts";

/** What the answer is waiting for, for people. Empty while it is being written: then the text speaks. */
export function describeStage(stage: Stage, t: Words): string {
  switch (stage.kind) {
    case "starting":
      return t("chat:stage.starting");
    case "resuming":
      return t("chat:stage.resuming");
    case "queued": {
      const { position, waitMs } = stage;
      const reason = describeReason(stage.reason, t);
      const line =
        position === 1
          ? t("chat:stage.next", { reason })
          : t("chat:stage.place", { reason, place: t("app:place", { count: position, ordinal: true }) });
      if (waitMs === undefined || waitMs === null) return line;
      return t("chat:stage.withWait", { line, wait: describeWait(waitMs, t) });
    }
    case "sharing":
      return t("chat:stage.sharing");
    case "connecting":
      return t("chat:stage.connecting", { count: stage.tabs });
    case "reading":
      return t("chat:stage.reading", { count: stage.promptTokens });
    case "loading": {
      const { doneBytes: done, totalBytes: total, bytesPerSecond: speed } = stage.progress;
      switch (stage.progress.stage) {
        case "download":
          return speed > 0
            ? t("chat:stage.downloadAt", { done, total, speed })
            : t("chat:stage.download", { done, total });
        case "compile":
          return t("chat:stage.compile");
        case "check":
          return t("chat:stage.check");
        default:
          return stage.progress.stage satisfies never;
      }
    }
    case "repairing": {
      const { done, total } = stage;
      const loss = describeLoss(stage.lost, t);
      return total > 0 ? t("chat:stage.positions", { loss, done, total }) : loss;
    }
    case "waiting":
      return t("chat:stage.waiting", { layers: describeLayers(stage.missing, t) });
    case "writing":
      return "";
    default:
      return stage satisfies never;
  }
}

/**
 * The same for people who listen: only what keeps the answer from going on, and without numbers that run, since it is read
 * aloud whenever it changes.
 */
export function announceStage(stage: Stage, t: Words): string {
  switch (stage.kind) {
    case "queued":
      return t("chat:stage.sentence", { words: describeReason(stage.reason, t) });
    case "repairing":
      return t("chat:stage.sentence", { words: describeLoss(stage.lost, t) });
    case "resuming":
    case "sharing":
    case "waiting":
      return describeStage(stage, t);
    case "starting":
    case "loading":
    case "connecting":
    case "reading":
    case "writing":
      return "";
    default:
      return stage satisfies never;
  }
}

/** Where nothing is lost, the same tabs start again: after a stall, or a reload of this page. */
function describeLoss(lost: readonly LayerRange[], t: Words): string {
  if (lost.length === 0) return t("chat:stage.again");
  return t("chat:stage.lost", { count: lost.length, layers: describeLayers(lost, t) });
}

function describeReason(reason: WaitReason, t: Words): string {
  switch (reason.kind) {
    case "all-busy":
      return t("chat:stage.allBusy");
    case "layers-missing":
      return t("chat:stage.missing", { layers: describeLayers(reason.missing, t) });
    default:
      return reason satisfies never;
  }
}
