import type { DeviceReport, DonationPreview, ModelStatus } from "@potluck/donor";
import { formatBytes } from "../ui/format.ts";

type Unpacks = NonNullable<DeviceReport["unpacks"]>;
type Sized = Pick<ModelStatus, "id" | "name" | "weightBytes" | "draft">;

/**
 * What a tab takes beside its budget where the CPU computes, and in all with the layers that Start would load. Upper bounds:
 * a segment weighs no more than the budget or its model, and the model that guesses for it has a copy of its own.
 */
export function describeCpuMemory(
  unpacks: Unpacks,
  budgetBytes: number,
  models: readonly Sized[],
  preview: DonationPreview | null,
): string {
  const most = formatBytes(unpacks.mostBytes);
  const rule = `The CPU computes here, and keeps an unpacked copy of 4-bit weights beside this budget: up to ${unpacks.times} times their size, at most ${most} for a model.`;
  const model = models.find(({ id }) => id === preview?.segment.modelId);
  if (model === undefined) return rule;
  const draft = model.draft === undefined ? [] : [models.find(({ id }) => id === model.draft?.modelId)];
  const copies = [model, ...draft].map((one) =>
    Math.min(unpacks.mostBytes, unpacks.times * Math.min(budgetBytes, one?.weightBytes ?? budgetBytes)),
  );
  const total = copies.reduce((sum, bytes) => sum + bytes, budgetBytes);
  return `${rule} With these layers of ${model.name} this tab takes up to ${formatBytes(total)} in all.`;
}
