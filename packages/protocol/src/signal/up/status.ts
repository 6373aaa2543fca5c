import * as v from "valibot";

export type Pace = "steady" | "slow" | "paused" | "draining";

/** The heartbeat of a tab. A donor that stops sending `ready` gets no new sessions. */
export type Status =
  | { readonly donor: "none" }
  | { readonly donor: "loading" }
  | {
      readonly donor: "ready";
      /** Median ms of one decode step over the whole segment, measured by the tab; 0 before any. */
      readonly stepMs: number;
      readonly sessions: number;
      /** `slow`: hidden, busy or hot, so a standby at most. `paused`: for now takes none and stands by for none. `draining`: takes no new chats and leaves after its last. */
      readonly pace: Pace;
    }
  | { readonly donor: "failed"; readonly reason: string };

export const statusSchema: v.GenericSchema<unknown, Status> = v.variant("donor", [
  v.object({ donor: v.literal("none") }),
  v.object({ donor: v.literal("loading") }),
  v.object({
    donor: v.literal("ready"),
    stepMs: v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000)),
    sessions: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000)),
    pace: v.picklist(["steady", "slow", "paused", "draining"]),
  }),
  v.object({ donor: v.literal("failed"), reason: v.pipe(v.string(), v.maxLength(200)) }),
]);
