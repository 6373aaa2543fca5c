// Before every component, so that a component's own rules win.
import "./ui/tokens.css";
import "./ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { composePage } from "./app/compose-page.ts";
import { randomKey } from "./app/random-key.ts";
import { readQuery } from "./app/query.ts";
import { watchForUpdate } from "./app/update.ts";
import { claimChatKey } from "./chat/claim-chat-key.ts";
import { indexedChats } from "./chat/indexed-chats.ts";
import { type ChatKeeper, keepChat } from "./chat/keep-chat.ts";
import { lazyTab } from "./tab/lazy-tab.ts";
import { openTab } from "./tab/open-tab.ts";

/** The one place that touches the page's globals: opens the tab once, and hands everything else to the app. */
/** A page that is being replaced by this one gives its locks back within some milliseconds, on a busy machine later. */
const lockPatienceMs = 2000;
/** The lock's time and a busy disk's; longer than this a person should not look at nothing. */
const chatDeadlineMs = 4000;
/** Then the page is shown in English, and changes when the words have come. */
const languagePatienceMs = 1500;

const { backend, speculation, fake, kept } = readQuery(location.search);
const afterFirstPaint = new Promise<void>((resolve) => {
  // A hidden page paints no frames, but has to connect all the same.
  if (document.hidden) resolve();
  else requestAnimationFrame(() => setTimeout(resolve));
});
const tab = lazyTab(async () => {
  await afterFirstPaint;
  return openTab({ coordinatorUrl: location.origin, backend, speculation }, fake);
});

const page = composePage(
  tab,
  storageIfAllowed(() => localStorage),
  kept,
  openKeeper(),
  navigator.languages,
);
const { theme } = page.preferences.store.getState();
document.documentElement.dataset["theme"] = theme;

const update =
  import.meta.env.PROD && "serviceWorker" in navigator
    ? watchForUpdate(navigator.serviceWorker, "/sw.js", () => location.reload())
    : null;

// Words of another language are some kilobytes: better late for a moment than first in one that nobody asked for.
await Promise.race([page.speech.ready, new Promise((resolve) => setTimeout(resolve, languagePatienceMs))]);

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App page={page} update={update} />
  </StrictMode>,
);

/** Browsers that block site data throw on the mere look. */
function storageIfAllowed(look: () => Storage): Storage | null {
  try {
    return look();
  } catch {
    return null;
  }
}

/** A duplicated tab is told as a navigation, or in some browsers as one back in the history: neither is a reload. */
function isReload(): boolean {
  const [navigation] = performance.getEntriesByType("navigation");
  return (navigation as PerformanceNavigationTiming | undefined)?.type === "reload";
}

/** Keeps the chat of this browser tab; nothing where the browser allows no storage. */
function openKeeper(): ChatKeeper | undefined {
  const session = storageIfAllowed(() => sessionStorage);
  if (session === null) return undefined;
  const key = claimChatKey({
    session,
    // Missing on pages without TLS, whatever the types say.
    locks: (navigator as Partial<Navigator>).locks ?? null,
    freshKey: randomKey,
    patience: isReload() ? AbortSignal.timeout(lockPatienceMs) : null,
  });
  const keeper = keepChat({
    storage: indexedChats(),
    key,
    now: Date.now,
    deadline: () => AbortSignal.timeout(chatDeadlineMs),
  });
  addEventListener("pagehide", () => keeper.leaving(true));
  addEventListener("pageshow", () => keeper.leaving(false));
  // Phones close hidden pages without another word.
  document.addEventListener("visibilitychange", () => document.hidden && keeper.flush());
  return keeper;
}
