import type { TabId } from "@potluck/protocol";
import { createHmac } from "node:crypto";

const half = 16;

/**
 * The tab that a ticket's consent admits. Always the same for one ticket, so that a ticket which is used again after a
 * restart, when nobody remembers it, still admits one tab only.
 */
export function guestTabOf(key: Buffer, ticket: string): TabId {
  const name = digits(key, `guest-name ${ticket}`);
  return `${name}${markOf(key, name)}` as TabId;
}

/** Whether the tab came by a consent. Its id itself says so, to us alone, so that this too survives a restart. */
export function isGuestTab(key: Buffer, tab: TabId): boolean {
  return tab.slice(half) === markOf(key, tab.slice(0, half));
}

function markOf(key: Buffer, name: string): string {
  return digits(key, `guest-mark ${name}`);
}

function digits(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex").slice(0, half);
}
