/** Watches an element until what comes back ends it. `flush` tells what the browser has noticed and not told yet. */
export type WatchSight = (
  element: Element,
  see: (inSight: boolean) => void,
) => { readonly flush: () => void; readonly end: () => void };

/** Intersection observation, version 2: not every browser has it. */
interface VisibilityEntry extends IntersectionObserverEntry {
  readonly isVisible?: boolean;
}
interface VisibilityOptions extends IntersectionObserverInit {
  readonly trackVisibility: true;
  /** The least that browsers take, in ms. */
  readonly delay: 100;
}

/** Whether this browser can say that something is covered, faded, distorted or clipped, also by the pages around it (EB8). */
export function canTellSight(entry: object | undefined = globalThis.IntersectionObserverEntry?.prototype): boolean {
  return entry !== undefined && "isVisible" in entry;
}

/** All of an element, in sight as the browser guarantees. */
export const watchSight: WatchSight = (element, see) => {
  let inSight = false;
  const tell = (): void => see(inSight && document.visibilityState === "visible");
  const take = (entries: readonly VisibilityEntry[]): void => {
    for (const { isVisible, intersectionRatio } of entries) {
      inSight = isVisible === true && intersectionRatio >= 0.99;
      tell();
    }
  };
  const options: VisibilityOptions = { threshold: [0, 0.5, 0.99, 1], trackVisibility: true, delay: 100 };
  const observer = new IntersectionObserver(take, options);
  observer.observe(element);
  document.addEventListener("visibilitychange", tell);
  return {
    flush: () => take(observer.takeRecords()),
    end() {
      observer.disconnect();
      document.removeEventListener("visibilitychange", tell);
    },
  };
};
