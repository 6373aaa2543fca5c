/** Contents page of what the coordinator may send to a tab. */
import type * as v from "valibot";
import { type Admit, admitSchema } from "./down/admit.ts";
import { type Dismiss, dismissSchema } from "./down/dismiss.ts";
import { type HopGone, hopGoneSchema } from "./down/hop-gone.ts";
import { type Notice, noticeSchema } from "./down/notice.ts";
import { type Queued, queuedSchema } from "./down/queued.ts";
import { type RouteReady, routeReadySchema } from "./down/route-ready.ts";
import { type Standbys, standbysSchema } from "./down/standbys.ts";
import { type NumberedChange, numberedChangeSchema } from "./down/swarm-change.ts";
import { type SwarmWhole, swarmWholeSchema } from "./down/swarm-view.ts";
import { type RelayDown, relayDownSchema } from "./relay.ts";

export interface DownEvents {
  "route-ready": RouteReady;
  queued: Queued;
  admit: Admit;
  dismiss: Dismiss;
  "hop-gone": HopGone;
  standbys: Standbys;
  swarm: SwarmWhole;
  "swarm-change": NumberedChange;
  relay: RelayDown;
  notice: Notice;
}

export type DownName = keyof DownEvents;
export type DownPayload<N extends DownName> = DownEvents[N];

export const down: { readonly [N in DownName]: v.GenericSchema<unknown, DownPayload<N>> } = {
  "route-ready": routeReadySchema,
  queued: queuedSchema,
  admit: admitSchema,
  dismiss: dismissSchema,
  "hop-gone": hopGoneSchema,
  standbys: standbysSchema,
  swarm: swarmWholeSchema,
  "swarm-change": numberedChangeSchema,
  relay: relayDownSchema,
  notice: noticeSchema,
};
