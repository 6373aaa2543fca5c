import * as v from "valibot";
import { type TabId, tabIdSchema } from "../ids.ts";

/**
 * First frame on every link, both ways: the version, who the sender says it is, and whom it means to talk to. Saying
 * both lets each side see a mix-up by itself, without a further message.
 */
export interface LinkHello {
  readonly type: "link-hello";
  readonly protocol: number;
  readonly tab: TabId;
  readonly to: TabId;
}

export const linkHelloSchema: v.GenericSchema<unknown, LinkHello> = v.object({
  type: v.literal("link-hello"),
  protocol: v.pipe(v.number(), v.integer()),
  tab: tabIdSchema,
  to: tabIdSchema,
});
