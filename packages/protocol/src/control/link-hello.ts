import * as v from "valibot";
import { type TabId, tabIdSchema } from "../ids.ts";

/** First frame on every link, both ways: the version, and who the sender says it is. */
export interface LinkHello {
  readonly type: "link-hello";
  readonly protocol: number;
  readonly tab: TabId;
}

export const linkHelloSchema: v.GenericSchema<unknown, LinkHello> = v.object({
  type: v.literal("link-hello"),
  protocol: v.pipe(v.number(), v.integer()),
  tab: tabIdSchema,
});
