import type { Tab } from "@potluck/donor";
import { createContext, useContext } from "react";
import type { Consent } from "../chat/consent.ts";
import type { Chat } from "../conversation/chat.ts";
import type { History } from "../history/history.ts";
import type { Presets } from "../history/presets.ts";
import type { PreferenceStore } from "../preferences/preferences.ts";
import type { Speech } from "./speech.ts";

/** What lives as long as the page, whichever of its three faces is shown. */
export interface Page {
  readonly tab: Tab;
  readonly chat: Chat;
  readonly consent: Consent;
  readonly history: History;
  readonly presets: Presets;
  readonly preferences: PreferenceStore;
  readonly speech: Speech;
  /** `?backend=wasm` and the like, or nothing: appended to every link inside the app. */
  readonly query: string;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error("usePage needs a PageContext above it");
  return page;
}
