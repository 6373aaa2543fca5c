import type { EmbedState, FromFrame, ToFrame } from "@potluck/protocol";
import { findBox, watchBox } from "./box.ts";
import type { Told } from "./events.ts";
import { type Place, placeFrame } from "./place-frame.ts";
import { watchFrames } from "./watch-frames.ts";

/** A frame that is here or about to come. */
export interface Frame {
  /** Kept for it until it listens. */
  say(message: ToFrame): void;
  /** Says goodbye and takes it out of the page; `gone` is called when it is. */
  close(gone: () => void): void;
}

const readyWithinMs = 15_000;
const idleWithinMs = 2000;
/** What the frame has for ending its work politely. */
const byeMs = 300;
/** In these the badge must stay in sight. */
const working: readonly EmbedState[] = ["loading", "lending", "paused"];

/**
 * Puts the frame into the page when the page is idle. `owner` has its settings as attributes and is its box. `end` is called
 * when no frame came; it has to close this one.
 */
export function openFrame(frameUrl: string, owner: HTMLElement, tell: (told: Told) => void, end: () => void): Frame {
  const host = new URL(frameUrl).origin;
  const setting = (name: string): string => owner.getAttribute(name) ?? "";
  const wanted = setting("theme");
  const theme = wanted === "light" || wanted === "dark" ? wanted : "auto";
  const iframe = document.createElement("iframe");
  const waiting: ToFrame[] = [];
  const closing = new AbortController();
  const { signal } = closing;
  let isReady = false;
  let at: Place["at"] = "nowhere";
  let isLeaving = false;
  let isInline = false;
  let boxFits = true;
  let boxInSight = true;
  let size: Extract<FromFrame, { readonly type: "size" }> | null = null;
  let state: EmbedState | null = null;
  let endWatch: (() => void) | null = null;

  const post = (message: ToFrame): void => iframe.contentWindow?.postMessage(message, host);

  const placeOf = (): Place => {
    if (size === null || size.mode === "hidden") return { at: "nowhere" };
    const mustBeSeen = state !== null && working.includes(state);
    if (isInline && size.mode === "badge" && boxFits && (boxInSight || !mustBeSeen)) return { at: "box" };
    return { at: "corner", width: size.width, height: size.height };
  };
  const put = (next: Place): void => {
    placeFrame(iframe, next, theme === "auto" ? "light dark" : theme);
    // What is around its box may be transformed or clipped, which the top layer is free of.
    if (isInline && iframe.isConnected) iframe.togglePopover?.(next.at === "corner");
    at = next.at;
  };
  const place = (): void => {
    const next = placeOf();
    if (isLeaving) return;
    if (at === "nowhere" || next.at === "nowhere" || next.at === at) {
      put(next);
      return;
    }
    // Between its box and the corner it is nowhere for a moment, or the browser would see the layout shift.
    isLeaving = true;
    put({ at: "nowhere" });
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        isLeaving = false;
        place();
      }),
    );
  };

  const watch = (isOn: boolean): void => {
    endWatch?.();
    endWatch = isOn ? watchFrames(window, (suffers) => post({ potluck: 1, type: "frames", suffers })) : null;
  };

  const hear = (message: FromFrame): void => {
    switch (message.type) {
      case "ready": {
        // Comes once more when somebody moved the frame in the document.
        isReady = true;
        size = null;
        watch(false);
        place();
        const position = isInline ? "inline" : "corner";
        post({ potluck: 1, type: "hello", position, theme, language: setting("language") });
        for (const said of waiting.splice(0)) post(said);
        return;
      }
      case "size":
        size = message;
        place();
        return;
      case "probe":
        watch(message.on);
        return;
      case "state":
        ({ state } = message.detail);
        place();
        tell(message);
        return;
      case "consent":
      case "stats":
      case "error":
        tell(message);
        return;
      default:
        message satisfies never;
    }
  };

  const blocked = (message: string): void => {
    if (isReady || signal.aborted) return;
    end();
    tell({ potluck: 1, type: "error", detail: { reason: "blocked", message } });
  };

  const begin = (): void => {
    if (signal.aborted) return;
    const box = setting("position") === "inline" ? findBox(owner) : null;
    isInline = box !== null;
    const url = new URL(frameUrl);
    for (const name of ["site", "backend"]) if (setting(name)) url.searchParams.set(name, setting(name));
    iframe.title = "Potluck";
    iframe.referrerPolicy = "origin";
    iframe.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    iframe.src = url.href;
    iframe.popover = "manual";
    place();
    addEventListener(
      "message",
      ({ source, origin, data }: MessageEvent<FromFrame | null>) => {
        if (source === iframe.contentWindow && origin === host && data?.potluck === 1) hear(data);
      },
      { signal },
    );
    document.addEventListener(
      "securitypolicyviolation",
      ({ effectiveDirective, disposition, blockedURI }) => {
        if (effectiveDirective === "frame-src" && disposition === "enforce" && blockedURI.startsWith(host))
          blocked("The page's policy does not allow the frame (frame-src).");
      },
      { signal },
    );
    if (box !== null) {
      const endBox = watchBox(box, (fits, isInSight) => {
        boxFits = fits;
        boxInSight = isInSight;
        place();
      });
      signal.addEventListener("abort", endBox);
    }
    (isInline ? owner : document.documentElement).append(iframe);
  };

  const beginWhenIdle = (): void => {
    const late = setTimeout(() => blocked("The frame did not load."), readyWithinMs);
    signal.addEventListener("abort", () => clearTimeout(late));
    // Safari has no idle callback.
    if ("requestIdleCallback" in window) requestIdleCallback(begin, { timeout: idleWithinMs });
    else setTimeout(begin, idleWithinMs / 10);
  };
  // A page that is made ready before its visitor comes loads no frames.
  if ("prerendering" in document && document.prerendering)
    document.addEventListener("prerenderingchange", beginWhenIdle, { once: true });
  else beginWhenIdle();

  return {
    say(message) {
      if (isReady) post(message);
      else waiting.push(message);
    },
    close(gone) {
      closing.abort();
      watch(false);
      if (isReady) post({ potluck: 1, type: "bye" });
      size = null;
      place();
      setTimeout(
        () => {
          iframe.remove();
          gone();
        },
        isReady ? byeMs : 0,
      );
      if (state !== null) tell({ potluck: 1, type: "state", detail: { state: "stopped" } });
    },
  };
}
