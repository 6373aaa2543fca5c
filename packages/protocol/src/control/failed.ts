import * as v from "valibot";

export const failureReasons = [
  "link-lost",
  "hop-left",
  "device-lost",
  "out-of-memory",
  "not-a-number",
  "engine-error",
  "kv-missing",
  "context-full",
  "bad-frame",
  "lease-expired",
  "step-deadline",
] as const;
export type FailureReason = (typeof failureReasons)[number];

/** A hop can't go on with a session; travels both ways along the ring until it reaches the asker. */
export interface Failed {
  readonly type: "failed";
  readonly reason: FailureReason;
  /** Index of the hop that failed, as far as the sender can tell. */
  readonly hop: number;
  /** For the asker's log; never shown as it is. */
  readonly detail: string;
}

export const failedSchema: v.GenericSchema<unknown, Failed> = v.object({
  type: v.literal("failed"),
  reason: v.picklist(failureReasons),
  hop: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1024)),
  detail: v.pipe(v.string(), v.maxLength(500)),
});
