import * as v from "valibot";

/** Frees the session on every hop. Starts at the asker (Stop, new chat, closing) and goes around the ring. */
export interface End {
  readonly type: "end";
  readonly why: "stopped" | "closed";
}

export const endSchema: v.GenericSchema<unknown, End> = v.object({
  type: v.literal("end"),
  why: v.picklist(["stopped", "closed"]),
});
