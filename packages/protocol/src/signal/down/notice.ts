import * as v from "valibot";

/** Something the page should show: the coordinator is about to stop, or dropped an event of ours. */
export interface Notice {
  readonly kind: "shutting-down" | "event-refused";
  readonly message: string;
}

export const noticeSchema: v.GenericSchema<unknown, Notice> = v.object({
  kind: v.picklist(["shutting-down", "event-refused"]),
  message: v.pipe(v.string(), v.maxLength(1000)),
});
