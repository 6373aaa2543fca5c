// Before every component, so that a component's own rules win.
import "./ui/tokens.css";
import "./ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { composePage } from "./app/compose-page.ts";
import { readQuery } from "./app/query.ts";
import { watchForUpdate } from "./app/update.ts";
import { lazyTab } from "./tab/lazy-tab.ts";
import { openTab } from "./tab/open-tab.ts";

/** The one place that touches the page's globals: opens the tab once, and hands everything else to the app. */
const { backend, fake, kept } = readQuery(location.search);
const afterFirstPaint = new Promise<void>((resolve) => {
  // A hidden page paints no frames, but has to connect all the same.
  if (document.hidden) resolve();
  else requestAnimationFrame(() => setTimeout(resolve));
});
const tab = lazyTab(async () => {
  await afterFirstPaint;
  return openTab({ coordinatorUrl: location.origin, backend }, fake);
});
addEventListener("pagehide", (event) => {
  // A page in the back-forward cache comes back with its tab.
  if (!event.persisted) void tab.close().catch(() => undefined);
});

const page = composePage(tab, storageIfAllowed(), kept);
const { theme } = page.preferences.store.getState();
document.documentElement.dataset["theme"] = theme;

const update =
  import.meta.env.PROD && "serviceWorker" in navigator
    ? watchForUpdate(navigator.serviceWorker, "/sw.js", () => location.reload())
    : null;

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App page={page} update={update} />
  </StrictMode>,
);

/** Browsers that block site data throw on the mere look. */
function storageIfAllowed(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
