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

/** Screen pixels of one of the frame's, below which nobody is expected to read. */
const leastRatio = 0.75;
const isLargeEnough = `(min-resolution: ${leastRatio}dppx)`;

/** EB8: a page can shrink the frame by `zoom`, which no observation takes for a distortion; the frame's pixels tell. */
export function isShrunk(): boolean {
  return devicePixelRatio < leastRatio;
}

/** Calls whenever the frame may have become smaller or larger, until what comes back is called. */
export function watchShrinking(changed: () => void): () => void {
  const media = matchMedia(isLargeEnough);
  addEventListener("resize", changed);
  media.addEventListener("change", changed);
  return () => {
    removeEventListener("resize", changed);
    media.removeEventListener("change", changed);
  };
}

/** All of an element, in sight as the browser guarantees. */
export const watchSight: WatchSight = (element, see) => {
  let inSight = false;
  const tell = (): void => see(inSight && document.visibilityState === "visible" && !isShrunk());
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
  const endShrinking = watchShrinking(tell);
  return {
    flush() {
      take(observer.takeRecords());
      tell();
    },
    end() {
      observer.disconnect();
      document.removeEventListener("visibilitychange", tell);
      endShrinking();
    },
  };
};
