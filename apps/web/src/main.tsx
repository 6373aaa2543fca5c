// Before every component, so that a component's own rules win.
import "./ui/tokens.css";
import "./ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { chatIn } from "./conversation/chat-address.ts";
import { composePage, type Kept } from "./app/compose-page.ts";
import { keepLoaded } from "./app/keep-loaded.ts";
import { readQuery } from "./app/query.ts";
import { watchForUpdate } from "./app/update.ts";
import { indexedChats } from "./history/indexed-chats.ts";
import { keepChats } from "./history/keep-chats.ts";
import { noteChannel } from "./history/note-channel.ts";
import { lazyTab } from "./tab/lazy-tab.ts";
import { openTab } from "./tab/open-tab.ts";

// The one place that touches the page's globals: opens the tab once, and hands everything else to the app.

/** A page that is being replaced by this one gives its locks back within some milliseconds, on a busy machine later. */
const lockPatienceMs = 2000;
/** The lock's time and a busy disk's; longer than this a person should not look at nothing. */
const chatDeadlineMs = 4000;
const openItem = "potluck.open-chat";
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
  storageIfAllowed(() => sessionStorage),
  import.meta.env.DEV && fake !== null ? (await import("./tab/fake-server.ts")).fakeServer() : undefined,
);
openChat();
const { theme } = page.preferences.store.getState();
document.documentElement.dataset["theme"] = theme;

const update =
  import.meta.env.PROD && "serviceWorker" in navigator
    ? watchForUpdate(navigator.serviceWorker, "/sw.js", () => location.reload())
    : null;

// Words of another language are some kilobytes: better late for a moment than first in one that nobody asked for.
await Promise.race([page.speech.ready, new Promise((resolve) => setTimeout(resolve, languagePatienceMs))]);

if (import.meta.env.PROD && "serviceWorker" in navigator)
  keepLoaded(
    navigator.serviceWorker,
    () =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => name)
        .filter((url) => /\/assets\/language-[^/]*\.js$/.test(url)),
    (url) => fetch(url),
  );

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

/** The chat that the address names, else the one that this window had open: its interrupted answer goes on on any page. */
function openChat(): void {
  const session = storageIfAllowed(() => sessionStorage);
  const inAddress = chatIn(location.pathname);
  const id = inAddress ?? (location.pathname === "/" ? null : (session?.getItem(openItem) ?? null));
  if (id !== null) void page.chat.open(id);
  page.chat.store.subscribe(({ conversation }, before) => {
    if (conversation.id !== before.conversation.id) session?.setItem(openItem, conversation.id);
  });
}

/** Keeps chats, as far as the browser allows it. */
function openKeeper(): Kept {
  const shelf = indexedChats();
  const channel = noteChannel();
  const keeper = keepChats({
    shelf,
    channel,
    // Missing on pages without TLS, whatever the types say.
    locks: (navigator as Partial<Navigator>).locks ?? null,
    patience: () => (isReload() ? AbortSignal.timeout(lockPatienceMs) : null),
    now: Date.now,
    deadline: () => AbortSignal.timeout(chatDeadlineMs),
  });
  addEventListener("pagehide", () => keeper.leaving(true));
  addEventListener("pageshow", () => keeper.leaving(false));
  // Phones close hidden pages without another word.
  document.addEventListener("visibilitychange", () => document.hidden && keeper.flush());
  return { keeper, shelf, channel };
}
