import type { Segment, UpAnswer } from "@potluck/protocol";
import type { Coordinator } from "../coordinator/coordinator.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import type { CachedSegments } from "./cached-segments.ts";
import type { DonationRules } from "../manners/rules.ts";
import type { DeviceReport } from "./donation.ts";

export interface SegmentRequest {
  readonly preview: boolean;
  readonly budgetBytes: number;
  readonly device: DeviceReport;
  readonly cached: CachedSegments;
  /** What is loaded; the tab asks to keep it, and takes no other model. */
  readonly holding: Segment | null;
  readonly avoid: readonly Segment[];
  readonly rules: Pick<DonationRules, "models" | "country">;
}

/** What the coordinator assigns to this tab. Throws a ProblemError when nothing fits, or nobody answers. */
export async function requestSegment(
  coordinator: Coordinator,
  { preview, budgetBytes, device, cached, holding, avoid, rules }: SegmentRequest,
): Promise<UpAnswer<"donate"> & { readonly status: "assigned" }> {
  const answer = await coordinator.call("donate", {
    preview,
    models: holding === null ? rules.models : [holding.modelId],
    budgetBytes,
    backend: device.backend,
    f16: device.f16,
    cached: cached.list(),
    holding,
    avoid,
    country: rules.country,
  });
  if (answer.status === "refused") throw new ProblemError(problems.refused(answer));
  return answer;
}
