import { describeRange, type WaitReason } from "@potluck/protocol";
import { formatBytes, formatSpeed, ordinal } from "../ui/format.ts";
import type { Stage } from "./chat.ts";

/** What the answer is waiting for, for people. Empty while it is being written: then the text speaks. */
export function describeStage(stage: Stage): string {
  switch (stage.kind) {
    case "starting":
      return "Asking the swarm for a way through";
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
    case "writing":
      return "";
    default:
      return stage satisfies never;
  }
}

function describeReason(reason: WaitReason): string {
  switch (reason.kind) {
    case "all-busy":
      return "Waiting: all donors are busy";
    case "layers-missing":
      return `Waiting for a donor for ${joinWords(reason.missing.map(describeRange))}`;
    default:
      return reason satisfies never;
  }
}

function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? "the missing layers";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
