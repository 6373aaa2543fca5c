import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import type { View } from "./view.ts";

/** Before the first layout, as in a frame without room: something that most screens can give. */
const guesses = { badge: { width: 300, height: 56 }, panel: { width: 384, height: 540 } } as const;
/** A panel that is laid out narrower than this has not been given its room yet. */
const leastPanelWidth = 240;

/** Tells the page around how much room an element wants, whenever that changes. */
export function useSize(element: RefObject<HTMLElement | null>, mode: "badge" | "panel", size: View["size"]): void {
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const look = (): void => {
      const box = current.getBoundingClientRect();
      const guess = guesses[mode];
      const isLaidOut = mode === "badge" ? box.width > 0 : box.width >= leastPanelWidth;
      size({
        mode,
        width: mode === "badge" && isLaidOut ? Math.ceil(box.width) : guess.width,
        height: isLaidOut ? Math.ceil(box.height) : guess.height,
      });
    };
    const observer = new ResizeObserver(look);
    observer.observe(current);
    look();
    return () => observer.disconnect();
  }, [mode, size, element]);
}
