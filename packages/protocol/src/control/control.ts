/** Contents page of the JSON messages that travel inside frames, in order with them. */
import * as v from "valibot";
import { type End, endSchema } from "./end.ts";
import { type Failed, failedSchema } from "./failed.ts";
import { type Have, haveSchema } from "./have.ts";
import { type Leaving, leavingSchema } from "./leaving.ts";
import { type LinkHello, linkHelloSchema } from "./link-hello.ts";
import { type Ping, pingSchema } from "./ping.ts";
import { type Progress, progressSchema } from "./progress.ts";
import { type Reroute, rerouteSchema } from "./reroute.ts";
import { type Share, shareSchema } from "./share.ts";
import { type Suspect, suspectSchema } from "./suspect.ts";
import { type Turn, turnSchema } from "./turn.ts";

/** About the link itself; handled by the link, never seen by a session. */
export type LinkControl = LinkHello | Ping;
/** About one session. */
export type SessionControl = Turn | End | Failed | Reroute | Have | Share | Progress | Suspect | Leaving;
export type Control = LinkControl | SessionControl;

export const controlSchema: v.GenericSchema<unknown, Control> = v.union([
  linkHelloSchema,
  pingSchema,
  turnSchema,
  endSchema,
  failedSchema,
  rerouteSchema,
  haveSchema,
  shareSchema,
  progressSchema,
  suspectSchema,
  leavingSchema,
]);
