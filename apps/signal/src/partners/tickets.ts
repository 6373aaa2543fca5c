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

/**
 * Tickets need no memory until they are used; then, so that who uses one again hears of it, until they would have expired.
 * Past a number of them the oldest is forgotten: used again it gives consent to the same one tab. Times are ms since 1970.
 */
export class Tickets {
  readonly #key: Buffer;
  readonly #maxUsed: number;
  /** In the order of their use. */
  readonly #used = new Set<string>();

  /** @param maxUsed how many used ones are remembered. */
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
    if (ticket.expiresMs <= nowMs) {
      return refuse(
        "ticket-expired",
        "This question was open for more than an hour. Reload the page to be asked again.",
      );
    }
    if (this.#used.has(ticket.id)) {
      return refuse("ticket-used", "This question was answered already. Reload the page to be asked again.");
    }
    return ticket;
  }

  /** From now on it is used. */
  use({ id }: Ticket): void {
    this.#used.add(id);
    const [oldest] = this.#used;
    if (this.#used.size > this.#maxUsed && oldest !== undefined) this.#used.delete(oldest);
  }
}
