import type { Segment, UpAnswer } from "@potluck/protocol";
import type { Coordinator } from "../coordinator/coordinator.ts";
import type { WindowLocks } from "../sharing/window-locks.ts";
import { requestSegment, type SegmentRequest } from "./request-segment.ts";

/** What the coordinator assigned, held against the browser's other windows until `release`. */
export interface Place {
  readonly assigned: UpAnswer<"donate"> & { readonly status: "assigned" };
  readonly release: () => void;
}

/**
 * Asks for a segment that no other window of this browser holds, and holds it (DN40). Windows choose one after the other, so
 * that none chooses what another is about to. Throws as {@link requestSegment} does.
 */
export async function findPlace(
  coordinator: Coordinator,
  windows: WindowLocks,
  request: Omit<SegmentRequest, "preview" | "avoid">,
  signal: AbortSignal,
): Promise<Place> {
  return await windows.placing(async () => {
    const avoid: readonly Segment[] = await windows.siblings();
    const assigned = await requestSegment(coordinator, { ...request, preview: false, avoid });
    return { assigned, release: await windows.hold(assigned.segment, signal) };
  }, signal);
}
