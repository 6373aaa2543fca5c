import type { SessionShelf } from "../../app/page.ts";

const item = "potluck.admin-token";

/** The token of this window. Never in an address, and in no storage that another window or a later one reads. */
export interface AdminToken {
  read(): string | null;
  /** Null forgets it. */
  write(token: string | null): void;
}

/** Where the browser forbids to keep it, it lives as long as this object. */
export function adminToken(session: SessionShelf | null): AdminToken {
  let known: string | null = null;
  try {
    known = session?.getItem(item) ?? null;
  } catch {
    // Forbidden: the person is asked.
  }
  return {
    read: () => known,
    write(token) {
      known = token;
      try {
        if (token === null) session?.removeItem(item);
        else session?.setItem(item, token);
      } catch {
        // Full or forbidden.
      }
    },
  };
}
