/** What a page can do that its tab must hear of. */
export interface PageEvents {
  /** Of these the window's: `pagehide`, `pageshow`. */
  readonly window: Pick<EventTarget, "addEventListener">;
  /** And the document's: `freeze`, `resume` (Page Lifecycle). */
  readonly document: Pick<EventTarget, "addEventListener">;
}

/**
 * Says goodbye for a page that is closed, reloaded, put into the back/forward cache or frozen: nothing runs in it any more,
 * so nobody may be routed through it. Comes back with it, where it does.
 */
export function followPage(page: PageEvents, tab: { hide(): void; show(): void }): void {
  let isAway = false;
  const leave = (): void => {
    if (isAway) return;
    isAway = true;
    tab.hide();
  };
  const comeBack = (): void => {
    if (!isAway) return;
    isAway = false;
    tab.show();
  };
  // A page that goes for good hears the first alone, one that is cached two of them, a frozen one the second.
  page.window.addEventListener("pagehide", leave);
  page.document.addEventListener("freeze", leave);
  page.document.addEventListener("resume", comeBack);
  page.window.addEventListener("pageshow", comeBack);
}
