import * as v from "valibot";

/** Why a request was not granted; for programs. */
export const refusalReasons = [
  "version-mismatch",
  "malformed",
  "too-large",
  "rate-limited",
  "unknown-model",
  "unknown-session",
  "not-admitted",
  "budget-too-small",
  "held-beside",
  "context-too-long",
  "no-shared-route",
  "queue-full",
  "shutting-down",
  // A partner's frame (SG19–SG22).
  "site-unknown",
  "site-revoked",
  "site-full",
  "origin-unknown",
  "ticket-used",
  "ticket-expired",
  "consent-invalid",
  "consent-expired",
  "consent-withdrawn",
  "consent-elsewhere",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** A request that was not granted, with a sentence for people that says what to do. */
export interface Refusal {
  readonly status: "refused";
  readonly reason: RefusalReason;
  readonly message: string;
}

export const refusalSchema: v.GenericSchema<unknown, Refusal> = v.object({
  status: v.literal("refused"),
  reason: v.picklist(refusalReasons),
  message: v.pipe(v.string(), v.maxLength(1000)),
});

/** A {@link Refusal} with its sentence. */
export function refuse(reason: RefusalReason, message: string): Refusal {
  return { status: "refused", reason, message };
}
