import type { DeviceReport, DonationPreview, ModelStatus } from "@potluck/donor";
import { formatBytes } from "../ui/format.ts";

type Unpacks = NonNullable<DeviceReport["unpacks"]>;

/**
 * What a tab takes beside its budget where the CPU computes, and in all with the layers that Start would load. An upper
 * bound: weights that are not 4-bit are counted as if they were. The draft is a model of its own, so its copy has its own
 * limit; where none would be loaded nothing counts for it.
 */
export function describeCpuMemory(
  unpacks: Unpacks,
  budgetBytes: number,
  models: readonly Pick<ModelStatus, "id" | "name">[],
  preview: DonationPreview | null,
): string {
  const most = formatBytes(unpacks.mostBytes);
  const rule = `The CPU computes here, and keeps an unpacked copy of 4-bit weights beside this budget: up to ${unpacks.times} times their size, at most ${most} for a model.`;
  if (preview === null) return rule;
  const { segment, heldBytes } = preview;
  const copyOf = (weightBytes: number): number => Math.min(unpacks.mostBytes, unpacks.times * weightBytes);
  const total = budgetBytes + copyOf(heldBytes.segment) + copyOf(heldBytes.draft);
  const name = models.find(({ id }) => id === segment.modelId)?.name ?? segment.modelId;
  return `${rule} With these layers of ${name} this tab takes up to ${formatBytes(total)} in all.`;
}
