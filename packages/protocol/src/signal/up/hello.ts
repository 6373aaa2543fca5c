import * as v from "valibot";
import { type TabId, tabIdSchema } from "../../ids.ts";
import { type Refusal, refusalSchema } from "../../refusal.ts";

/** The first event of every tab: who are you, do we speak the same version. `resume` asks for the same id after a reconnect. */
export interface Hello {
  readonly protocol: number;
  readonly resume?: Resume | undefined;
  /** The consent of a partner's visitor, for the tab that `resume` names: it is a guest (SG21). */
  readonly consent?: string | undefined;
}

export interface Resume {
  readonly tab: TabId;
  readonly secret: string;
  /** By another page than before, as after a reload: it waits for nothing that the one before it asked for. */
  readonly anew?: boolean | undefined;
}

/** A WebRTC ICE server, as RTCPeerConnection takes it. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
}

export interface Welcome {
  readonly status: "welcome";
  readonly tab: TabId;
  /** Proves the same tab after a reconnect; told to nobody else. */
  readonly secret: string;
  /** A tab reports its status at least this often; a few missed ones and it holds nothing any more. */
  readonly heartbeatMs: number;
  readonly iceServers: readonly IceServer[];
}

export const helloSchema: v.GenericSchema<unknown, Hello> = v.object({
  protocol: v.pipe(v.number(), v.integer()),
  resume: v.optional(
    v.object({ tab: tabIdSchema, secret: v.pipe(v.string(), v.maxLength(64)), anew: v.optional(v.boolean()) }),
  ),
  consent: v.optional(v.pipe(v.string(), v.maxLength(1024))),
});

export const helloAnswerSchema: v.GenericSchema<unknown, Welcome | Refusal> = v.union([
  v.object({
    status: v.literal("welcome"),
    tab: tabIdSchema,
    secret: v.pipe(v.string(), v.maxLength(64)),
    heartbeatMs: v.pipe(v.number(), v.minValue(100)),
    iceServers: v.array(
      v.object({
        urls: v.array(v.string()),
        username: v.optional(v.string()),
        credential: v.optional(v.string()),
      }),
    ),
  }),
  refusalSchema,
]);
