import * as v from "valibot";
import { type TabId, tabIdSchema } from "../ids.ts";

/** A WebRTC offer, answer or candidate; opaque to the coordinator, which passes it only between tabs that share a route. */
export interface RelayUp {
  readonly to: TabId;
  /** JSON text of simple-peer's signal data. */
  readonly data: string;
}

export interface RelayDown {
  readonly from: TabId;
  readonly data: string;
}

const data = v.pipe(v.string(), v.maxLength(48 * 1024));

export const relayUpSchema: v.GenericSchema<unknown, RelayUp> = v.object({ to: tabIdSchema, data });
export const relayDownSchema: v.GenericSchema<unknown, RelayDown> = v.object({ from: tabIdSchema, data });
