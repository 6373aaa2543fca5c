import {
  type AdminPartner,
  type Partner,
  partnerChangeSchema,
  partnerDraftSchema,
  refuse,
  siteKeySchema,
} from "@potluck/protocol";
import type { Swarm } from "@potluck/swarm";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { isToken } from "../partners/admin-token.ts";
import type { Partners } from "../partners/create-partners.ts";
import { PartnerError } from "../partners/partner-error.ts";
import { WrongGuesses } from "../partners/wrong-guesses.ts";
import { readBody } from "./read-body.ts";
import type { Handler, Route } from "./route.ts";
import { sendJson, sendRefusal } from "./send.ts";

export interface AdminOptions {
  readonly partners: Pick<Partners, "adminToken" | "registry" | "gifts" | "count">;
  readonly swarm: Pick<Swarm, "tabsOf">;
  readonly clock: Clock;
  readonly log: Logger;
}

const home = "/api/admin/partners";
/** Registering, changing and revoking partners, for who knows the token (SG18, SG24). */
export function adminRoutes({ partners, swarm, clock, log }: AdminOptions): readonly Route[] {
  const { registry, gifts, adminToken } = partners;
  const guesses = new WrongGuesses();

  /** The handler, for who may. What went wrong with the file is said in the file's own sentence. */
  const guarded =
    (handler: Handler): Handler =>
    async (req, res, path) => {
      if (!isAdmitted(req, res)) return;
      try {
        await handler(req, res, path);
      } catch (error) {
        if (!(error instanceof PartnerError)) throw error;
        sendRefusal(res, refuse("malformed", error.message));
      }
    };

  const isAdmitted = (req: IncomingMessage, res: ServerResponse): boolean => {
    const address = req.socket.remoteAddress ?? "";
    const nowMs = clock.nowMs();
    // First of all: behind a proxy a stranger who guesses has the operator's address, and 256 bits need no more.
    if (isToken(/^Bearer (.+)$/i.exec(req.headers.authorization ?? "")?.[1] ?? "", adminToken)) return true;
    if (!guesses.mayGuess(address, nowMs)) {
      sendRefusal(res, refuse("rate-limited", "Too many wrong tokens. Wait a minute."));
      return false;
    }
    guesses.wrong(address, nowMs);
    res.setHeader("www-authenticate", "Bearer");
    sendRefusal(res, refuse("not-admitted", "This is not the token. `npm run partner -- token` prints it."));
    return false;
  };

  const lineOf = (partner: Partner): AdminPartner => ({
    ...partner,
    tabsNow: swarm.tabsOf(partner.key).length,
    gifts: gifts.totalOf(partner.key),
    days: gifts.daysOf(partner.key),
  });

  return [
    {
      path: home,
      on: {
        GET: guarded((_, res) => {
          partners.count();
          sendJson(res, 200, registry.all().map(lineOf));
        }),
        POST: guarded(async (req, res) => {
          const read = await readBody(req, partnerDraftSchema, clock);
          if (read.status === "refused") return sendRefusal(res, read);
          const added = await registry.add(read.body, clock.wallMs());
          log.info({ partner: added.name }, "partner registered");
          sendJson(res, 201, lineOf(added));
        }),
      },
    },
    {
      path: new RegExp(`^${home}/[^/]+$`),
      on: {
        PATCH: guarded(async (req, res, path) => {
          const key = v.safeParse(siteKeySchema, path.slice(home.length + 1));
          const before = key.success ? registry.get(key.output) : undefined;
          if (before === undefined)
            return sendRefusal(res, refuse("site-unknown", "There is no partner with this key."));
          const read = await readBody(req, partnerChangeSchema, clock);
          if (read.status === "refused") return sendRefusal(res, read);
          const after = await registry.change(before.key, read.body, clock.wallMs());
          log.info({ partner: after.name, isRevoked: after.revokedMs !== null }, "partner changed");
          sendJson(res, 200, lineOf(after));
        }),
      },
    },
  ];
}
