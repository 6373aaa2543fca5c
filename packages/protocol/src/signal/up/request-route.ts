import * as v from "valibot";
import {
  type ModelId,
  modelIdSchema,
  type RequestId,
  requestIdSchema,
  type SessionId,
  sessionIdSchema,
} from "../../ids.ts";
import { type Refusal, refusalSchema } from "../../refusal.ts";
import { contextTokensSchema } from "../../route.ts";
import { type Queued, queuedSchema } from "../down/queued.ts";
import { type RouteReady, routeReadySchema } from "../down/route-ready.ts";

/** Asks for a route. `resume` asks for the same hops as before, so that their KV is reused. */
export interface RequestRoute {
  readonly request: RequestId;
  readonly modelId: ModelId;
  /** Prompt and answer together, in tokens; reserved on every hop. */
  readonly contextTokens: number;
  readonly resume?: SessionId | undefined;
}

export const requestRouteSchema: v.GenericSchema<unknown, RequestRoute> = v.object({
  request: requestIdSchema,
  modelId: modelIdSchema,
  contextTokens: contextTokensSchema,
  resume: v.optional(sessionIdSchema),
});

export const requestRouteAnswerSchema: v.GenericSchema<unknown, RouteReady | Queued | Refusal> = v.union([
  routeReadySchema,
  queuedSchema,
  refusalSchema,
]);
