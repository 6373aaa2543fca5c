import { type Refusal, refuse, type SiteKey, siteKeySchema } from "@potluck/protocol";
import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { seal, unseal } from "./seal.ts";

const ticketMs = 3_600_000;

/** Comes with the frame's page and is good for one consent within an hour. */
export interface Ticket {
  readonly id: string;
  readonly site: SiteKey;
  /** Ms since 1970. */
  readonly expiresMs: number;
}

const ticketSchema: v.GenericSchema<unknown, Ticket> = v.object({
  id: v.string(),
  site: siteKeySchema,
  expiresMs: v.number(),
});

/** Tickets need no memory until they are used; then only until they would have expired. Times are ms since 1970. */
export class Tickets {
  readonly #key: Buffer;
  readonly #maxUsed: number;
  /** When each expires, in the order of their use. */
  readonly #used = new Map<string, number>();

  /** @param maxUsed how many used ones are remembered; past that none is taken until some have expired. */
  constructor(key: Buffer, maxUsed: number = 200_000) {
    this.#key = key;
    this.#maxUsed = maxUsed;
  }

  issue(site: SiteKey, nowMs: number): string {
    const ticket: Ticket = { id: randomBytes(16).toString("hex"), site, expiresMs: nowMs + ticketMs };
    return seal(this.#key, "ticket", ticket);
  }

  /** The ticket, if it can still be used. */
  read(text: string, nowMs: number): Ticket | Refusal {
    const ticket = unseal(this.#key, "ticket", text, ticketSchema);
    if (ticket === null) return refuse("consent-invalid", "This ticket is not ours. Reload the page to get a new one.");
    if (this.#used.has(ticket.id)) {
      return refuse("ticket-used", "This question was answered already. Reload the page to be asked again.");
    }
    if (ticket.expiresMs <= nowMs) {
      return refuse(
        "ticket-expired",
        "This question was open for more than an hour. Reload the page to be asked again.",
      );
    }
    return ticket;
  }

  /** False when too many were used of late; then it is not used. */
  use(ticket: Ticket, nowMs: number): boolean {
    if (this.#used.size >= this.#maxUsed) this.#prune(nowMs);
    if (this.#used.size >= this.#maxUsed) return false;
    this.#used.set(ticket.id, ticket.expiresMs);
    return true;
  }

  #prune(nowMs: number): void {
    for (const [id, expiresMs] of this.#used) if (expiresMs <= nowMs) this.#used.delete(id);
  }
}
