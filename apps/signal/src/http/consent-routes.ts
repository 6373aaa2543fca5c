import {
  type Consent,
  consentRequestSchema,
  type Refusal,
  refuse,
  type Taken,
  withdrawalSchema,
} from "@potluck/protocol";
import type { IncomingMessage, ServerResponse } from "node:http";
import type * as v from "valibot";
import type { Clock } from "../clock.ts";
import { siteFault } from "../partners/consents.ts";
import type { Partners } from "../partners/create-partners.ts";
import { guestTabOf } from "../partners/guest-tab.ts";
import { isAllowedOrigin } from "../socket/allowed-origin.ts";
import type { Metrics } from "../watch/metrics.ts";
import { readBody } from "./read-body.ts";
import type { Handler, Route } from "./route.ts";
import { sendJson, sendRefusal } from "./send.ts";

export interface ConsentOptions {
  readonly partners: Pick<Partners, "key" | "registry" | "tickets" | "consents" | "gifts" | "addresses">;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, "refusal" | "consent">;
  readonly isClosing: () => boolean;
}

/** What the frame sends when its visitor agrees, or not any more (SG20). */
export function consentRoutes({ partners, clock, metrics, isClosing }: ConsentOptions): readonly Route[] {
  const { registry, tickets, consents, gifts, addresses } = partners;

  const refused = (res: ServerResponse, refusal: Refusal): void => {
    metrics.refusal(refusal.reason);
    // The rest of what was sent is of no use.
    res.setHeader("connection", "close");
    sendRefusal(res, refusal);
  };

  const post =
    <T>(
      schema: v.GenericSchema<unknown, T>,
      isLimited: boolean,
      answer: (body: T) => Consent | Taken | Refusal,
    ): Handler =>
    async (req, res) => {
      const fault = faultOf(req, isLimited);
      if (fault !== null) return refused(res, fault);
      const read = await readBody(req, schema, clock);
      const answered = read.status === "read" ? answer(read.body) : read;
      if (answered.status === "refused") return refused(res, answered);
      sendJson(res, 200, answered);
    };

  const faultOf = (req: IncomingMessage, isLimited: boolean): Refusal | null => {
    if (isClosing()) return refuse("shutting-down", "The coordinator is shutting down. Try again in a minute.");
    const { origin, host } = req.headers;
    if (origin === undefined || !isAllowedOrigin(origin, host, [])) {
      return refuse("origin-unknown", "Only the frame itself may say what its visitor wants.");
    }
    if (!isLimited || addresses.take(req.socket.remoteAddress ?? "", clock.nowMs())) return null;
    return refuse("rate-limited", "Too many consents at once. Wait a moment and try again.");
  };

  return [
    {
      path: "/api/embed/consent",
      on: {
        POST: post(consentRequestSchema, true, ({ ticket: text, origin }) => {
          const nowMs = clock.wallMs();
          const ticket = tickets.read(text, nowMs);
          if ("status" in ticket) return ticket;
          const fault = siteFault(registry, ticket.site, origin);
          if (fault !== null) return fault;
          tickets.use(ticket);
          gifts.add(ticket.site, { consents: 1 }, nowMs);
          metrics.consent();
          return consents.grant(ticket.site, origin, guestTabOf(partners.key, ticket.id), nowMs);
        }),
      },
    },
    {
      path: "/api/embed/withdraw",
      on: {
        // Cheap, and nobody's Stop waits for others of their address.
        POST: post(withdrawalSchema, false, ({ token }) => {
          const claims = consents.read(token);
          if (claims === null) return refuse("consent-invalid", "This consent is not ours.");
          consents.withdraw(claims);
          return { status: "taken" };
        }),
      },
    },
  ];
}
