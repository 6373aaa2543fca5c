import { useCallback, useRef } from "react";
import type { Part } from "./parts.ts";

/**
 * What to call when another page shows: puts it at its top and the focus on its heading, so that a person who listens hears
 * where they are. The first page leaves the focus to the browser, and one that took the focus for itself keeps it.
 */
export function useArrival(): (part: Part) => void {
  const shown = useRef<Part | null>(null);
  return useCallback((part) => {
    const before = shown.current;
    shown.current = part;
    if (before === null || before === part) return;
    window.scrollTo(0, 0);
    const main = document.querySelector<HTMLElement>("#main");
    const focused = document.activeElement;
    if (main === null || (focused !== main && main.contains(focused))) return;
    const heading = main.querySelector<HTMLElement>("h1") ?? main;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, []);
}
