import type { Tab } from "@potluck/donor";
import { createContext, useContext } from "react";
import type { Consent } from "../chat/consent.ts";
import type { Chat } from "../conversation/chat.ts";
import type { History } from "../history/history.ts";
import type { Presets } from "../history/presets.ts";
import type { PreferenceStore } from "../preferences/preferences.ts";
import type { Speech } from "./speech.ts";

/** Asks our own server: `fetch`, but for tests. `path` begins with a slash. */
export type Server = (path: string, init?: RequestInit) => Promise<Response>;

/** What lives as long as the page, whichever of its three faces is shown. */
export interface Page {
  readonly tab: Tab;
  readonly chat: Chat;
  readonly consent: Consent;
  readonly history: History;
  readonly presets: Presets;
  readonly preferences: PreferenceStore;
  readonly speech: Speech;
  readonly server: Server;
  /** What this window alone keeps, over reloads; null where the browser forbids it. */
  readonly session: SessionShelf | null;
  /** `?backend=wasm` and the like, or nothing: appended to every link inside the app. */
  readonly query: string;
}

export type SessionShelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error("usePage needs a PageContext above it");
  return page;
}
