import type { ModelStatus } from "@potluck/donor";
import { defaultBudgetMb } from "../preferences/preferences.ts";

/** What the memory budget is while the person has not chosen one. */
export interface SuggestedBudget {
  readonly mb: number;
  /** Name of the small model that the budget is too small for on purpose; null where the device decides. */
  readonly shared: string | null;
}

const bytesPerMb = 1_000_000;
/** Beside the weights, room for a chat of this many tokens. */
const chatTokens = 1024;
/** A model that needs no more than this, all in all, is one to try Potluck with. */
const smallBytes = 64 * bytesPerMb;
/** More than a half, so that two tabs hold a model; less than the whole, so that one does not. */
const share = 0.6;

type Sizes = Pick<ModelStatus, "name" | "weightBytes" | "kvBytesPerToken" | "smallestBudgetBytes">;

/**
 * Where all models are small, a part of the largest: whoever opens two windows then sees a prompt answered through two
 * tabs. Else an eighth of what the browser tells of the device's memory (in GB, rounded, if at all).
 */
export function suggestBudget(models: readonly Sizes[], deviceMemory: unknown): SuggestedBudget {
  const needBytes = (m: Sizes): number => m.weightBytes + m.kvBytesPerToken * chatTokens;
  const largest = models.toSorted((a, b) => needBytes(b) - needBytes(a))[0];
  if (largest !== undefined && needBytes(largest) <= smallBytes) {
    const bytes = Math.max(needBytes(largest) * share, ...models.map((m) => m.smallestBudgetBytes));
    return { mb: Math.ceil(bytes / bytesPerMb), shared: largest.name };
  }
  return { mb: ofDevice(deviceMemory), shared: null };
}

function ofDevice(memory: unknown): number {
  return typeof memory === "number" ? Math.min(2048, Math.max(64, Math.round(memory * 128))) : defaultBudgetMb;
}
