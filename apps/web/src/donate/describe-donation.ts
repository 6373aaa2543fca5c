import type { DonationState, ServingStats } from "@potluck/donor";
import { describeRange } from "@potluck/protocol";
import { count } from "../ui/format.ts";

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

/** The state in one sentence. Carries no running numbers: it is read aloud whenever it changes. */
export function describeDonation(state: DonationState): string {
  switch (state.kind) {
    case "idle":
      return "Not donating.";
    case "joining":
      return "Asking the coordinator which layers are needed most.";
    case "loading":
      switch (state.progress.stage) {
        case "download":
          return `Loading ${describeRange(state.segment)}.`;
        case "compile":
          return `Preparing ${describeRange(state.segment)} for this device.`;
        case "check":
          return "Checking that this device computes correctly.";
        default:
          return state.progress.stage satisfies never;
      }
    case "ready":
      return `Ready: this tab holds ${describeRange(state.segment)}. Keep it open.`;
    case "serving":
      return state.stats.answering > 0
        ? `Serving ${count(state.stats.answering, "chat")} with ${describeRange(state.segment)}.`
        : `Keeping ${count(state.stats.sessions, "chat")} ready with ${describeRange(state.segment)}.`;
    case "paused":
      return `Paused: this tab keeps ${describeRange(state.segment)}.`;
    case "waiting-for-rules":
      return "Waiting until your rules allow it to donate.";
    case "waiting-for-tab":
      return "Other tabs of this browser hold every layer that this one could take. It takes over when one closes.";
    case "handing-over":
      // Whether anybody can take them is their askers' to find out.
      return state.stats.answering > 0
        ? "Stopping: running answers are handed to other tabs where there are any."
        : "Stopping: no answer runs here. The chats kept ready go to other tabs where there are any.";
    case "finishing":
      return "Stopping after the answers that run now. It takes no new chats.";
    case "error":
      return state.problem.what;
    default:
      return state satisfies never;
  }
}

/** Why a tab that holds layers only stands by, and what would change that. */
export function describeSlow(slow: NonNullable<ServingStats["slow"]>): string {
  switch (slow) {
    case "hidden":
      return "This tab is hidden and slow, so it only stands by. Open it in a window of its own to help again.";
    case "busy":
      return "This device is busy, so this tab only stands by until it keeps up again.";
    default:
      return slow satisfies never;
  }
}
