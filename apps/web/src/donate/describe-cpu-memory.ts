import type { DeviceReport, DonationPreview, ModelStatus } from "@potluck/donor";
import type { Words } from "../i18n/create-words.ts";

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
  t: Words,
): string {
  const rule = t("donate:budget.cpu", { times: unpacks.times, most: unpacks.mostBytes });
  if (preview === null) return rule;
  const { segment, heldBytes } = preview;
  const copyOf = (weightBytes: number): number => Math.min(unpacks.mostBytes, unpacks.times * weightBytes);
  const total = budgetBytes + copyOf(heldBytes.segment) + copyOf(heldBytes.draft);
  const model = models.find(({ id }) => id === segment.modelId)?.name ?? segment.modelId;
  return `${rule} ${t("donate:budget.cpuTotal", { model, total })}`;
}
