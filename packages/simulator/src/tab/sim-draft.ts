import type { ModelId } from "@potluck/protocol";
import type { Pace } from "./timed-oracle.ts";

export const simDraftId: ModelId = "oracle-draft" as ModelId;

/** How good and how fast the small model is. */
export interface SimDraft {
  /** Of a hundred tokens it draws so many otherwise. */
  readonly percentWrong: number;
  readonly pace: Pace;
}
