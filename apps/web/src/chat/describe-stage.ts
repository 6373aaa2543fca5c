import { describeRange, type LayerRange, type WaitReason } from "@potluck/protocol";
import { formatBytes, formatSpeed, ordinal } from "../ui/format.ts";
import type { Stage } from "../conversation/answer.ts";

/** What the answer is waiting for, for people. Empty while it is being written: then the text speaks. */
export function describeStage(stage: Stage): string {
  switch (stage.kind) {
    case "starting":
      return "Asking the swarm for a way through";
    case "resuming":
      return "Picking the answer up again";
    case "queued":
      return `${describeReason(stage.reason)} · ${stage.position === 1 ? "next" : ordinal(stage.position)} in line`;
    case "connecting":
      return stage.tabs === 1 ? "Connecting to 1 tab" : `Connecting to ${stage.tabs} tabs`;
    case "reading":
      return `Reading the prompt (${stage.promptTokens} tokens)`;
    case "loading": {
      const { doneBytes, totalBytes, bytesPerSecond } = stage.progress;
      switch (stage.progress.stage) {
        case "download":
          return `Loading the model into this tab: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}${
            bytesPerSecond > 0 ? ` · ${formatSpeed(bytesPerSecond)}` : ""
          }`;
        case "compile":
          return "Preparing the model for this device";
        case "check":
          return "Checking that the model computes correctly here";
        default:
          return stage.progress.stage satisfies never;
      }
    }
    case "repairing":
      return `${describeLoss(stage.lost)}${stage.total > 0 ? ` · ${stage.done} of ${stage.total} positions` : ""}`;
    case "waiting":
      return `Waiting for a donor for ${describeRanges(stage.missing)}. The answer goes on by itself.`;
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
export function announceStage(stage: Stage): string {
  switch (stage.kind) {
    case "queued":
      return `${describeReason(stage.reason)}.`;
    case "repairing":
      return `${describeLoss(stage.lost)}.`;
    case "resuming":
    case "waiting":
      return describeStage(stage);
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
function describeLoss(lost: readonly LayerRange[]): string {
  if (lost.length === 0) return "Its tabs take the answer up where they left it";
  return lost.length === 1
    ? `A tab left. Another takes over ${describeRanges(lost)}`
    : `${lost.length} tabs left. Others take over ${describeRanges(lost)}`;
}

function describeReason(reason: WaitReason): string {
  switch (reason.kind) {
    case "all-busy":
      return "Waiting: all donors are busy";
    case "layers-missing":
      return `Waiting for a donor for ${describeRanges(reason.missing)}`;
    default:
      return reason satisfies never;
  }
}

function describeRanges(ranges: readonly LayerRange[]): string {
  const words = ranges.map(describeRange);
  if (words.length < 2) return words[0] ?? "the missing layers";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
