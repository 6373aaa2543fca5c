/** Contents page of what a tab may send to the coordinator: event name, payload, answer (socket.io acknowledgement). */
import type * as v from "valibot";
import { type RelayUp, relayUpSchema } from "./relay.ts";
import { type Taken, takenSchema } from "./taken.ts";
import { type Answered, answeredSchema } from "./up/answered.ts";
import { type CancelRoute, cancelRouteSchema } from "./up/cancel-route.ts";
import { type Claim, claimSchema } from "./up/claim.ts";
import { type Assigned, type Donate, donateAnswerSchema, donateSchema } from "./up/donate.ts";
import { type Hello, helloAnswerSchema, helloSchema, type Welcome } from "./up/hello.ts";
import { type Measured, measuredSchema } from "./up/measured.ts";
import { type Repair, repairSchema } from "./up/repair.ts";
import { type RequestRoute, requestRouteAnswerSchema, requestRouteSchema } from "./up/request-route.ts";
import { type Settle, settleSchema } from "./up/settle.ts";
import { type Status, statusSchema } from "./up/status.ts";
import { type StopDonating, stopDonatingSchema } from "./up/stop-donating.ts";
import { type Watch, watchSchema } from "./up/watch.ts";
import type { Queued } from "./down/queued.ts";
import type { RouteReady } from "./down/route-ready.ts";
import type { Refusal } from "../refusal.ts";

export interface UpEvents {
  hello: { payload: Hello; answer: Welcome | Refusal };
  donate: { payload: Donate; answer: Assigned | Refusal };
  status: { payload: Status; answer: Taken };
  "stop-donating": { payload: StopDonating; answer: Taken };
  "request-route": { payload: RequestRoute; answer: RouteReady | Queued | Refusal };
  "cancel-route": { payload: CancelRoute; answer: Taken };
  answered: { payload: Answered; answer: Taken };
  settle: { payload: Settle; answer: Taken };
  claim: { payload: Claim; answer: Taken };
  repair: { payload: Repair; answer: RouteReady | Queued | Refusal };
  measured: { payload: Measured; answer: Taken };
  watch: { payload: Watch; answer: Taken };
  relay: { payload: RelayUp; answer: Taken };
}

export type UpName = keyof UpEvents;
export type UpPayload<N extends UpName> = UpEvents[N]["payload"];
export type UpAnswer<N extends UpName> = UpEvents[N]["answer"];

type UpSchemas = {
  readonly [N in UpName]: {
    readonly payload: v.GenericSchema<unknown, UpPayload<N>>;
    readonly answer: v.GenericSchema<unknown, UpAnswer<N>>;
  };
};

export const up: UpSchemas = {
  hello: { payload: helloSchema, answer: helloAnswerSchema },
  donate: { payload: donateSchema, answer: donateAnswerSchema },
  status: { payload: statusSchema, answer: takenSchema },
  "stop-donating": { payload: stopDonatingSchema, answer: takenSchema },
  "request-route": { payload: requestRouteSchema, answer: requestRouteAnswerSchema },
  "cancel-route": { payload: cancelRouteSchema, answer: takenSchema },
  answered: { payload: answeredSchema, answer: takenSchema },
  settle: { payload: settleSchema, answer: takenSchema },
  claim: { payload: claimSchema, answer: takenSchema },
  repair: { payload: repairSchema, answer: requestRouteAnswerSchema },
  measured: { payload: measuredSchema, answer: takenSchema },
  watch: { payload: watchSchema, answer: takenSchema },
  relay: { payload: relayUpSchema, answer: takenSchema },
};
