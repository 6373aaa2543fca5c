import * as v from "valibot";
import { type Route, routeSchema } from "../../route.ts";

/**
 * To every hop of a new route and to its standbys, before the asker hears of it: take frames of this session, from its
 * neighbours and its asker only. Sent again with more `contextTokens` when the chat grows. A hop that knows a newer epoch
 * keeps its own route.
 */
export interface Admit {
  readonly route: Route;
  /** Which hop of the route the receiver is, or stands by for. */
  readonly hop: number;
}

export const admitSchema: v.GenericSchema<unknown, Admit> = v.pipe(
  v.object({ route: routeSchema, hop: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  v.check((a) => a.hop < a.route.hops.length, "the hop must be one of the route's"),
);
