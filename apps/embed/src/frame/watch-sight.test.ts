import { afterEach, expect, test, vi } from "vitest";
import { watchSight } from "./watch-sight.ts";

afterEach(() => vi.unstubAllGlobals());

/** A browser that has all of an element in sight, and shows one pixel of the frame as so many of its own. */
function stubBrowser(ratio: number): (next: number) => void {
  const window = new EventTarget();
  vi.stubGlobal("devicePixelRatio", ratio);
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  vi.stubGlobal("matchMedia", () => new EventTarget());
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  vi.stubGlobal("removeEventListener", window.removeEventListener.bind(window));
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      private readonly take: (entries: readonly object[]) => void;
      constructor(take: (entries: readonly object[]) => void) {
        this.take = take;
      }
      observe(): void {
        this.take([{ isVisible: true, intersectionRatio: 1 }]);
      }
      takeRecords(): readonly object[] {
        return [];
      }
      disconnect(): void {}
    },
  );
  return (next) => {
    vi.stubGlobal("devicePixelRatio", next);
    window.dispatchEvent(new Event("resize"));
  };
}

test.each([
  [1, true],
  [0.75, true],
  [0.74, false],
  [0.12, false],
])("EB8 at %d screen pixels for one of the frame's, all in sight otherwise, it is in sight: %s", (ratio, expected) => {
  stubBrowser(ratio);
  const seen: boolean[] = [];
  watchSight({} as Element, (inSight) => seen.push(inSight));
  expect(seen).toEqual([expected]);
});

test("EB8 EB11 a frame that the page shrinks later is out of sight at once, and at the latest at the press", () => {
  const zoom = stubBrowser(1);
  const seen: boolean[] = [];
  const watch = watchSight({} as Element, (inSight) => seen.push(inSight));
  zoom(0.5);
  expect(seen).toEqual([true, false]);
  zoom(1);
  vi.stubGlobal("devicePixelRatio", 0.5);
  watch.flush();
  expect(seen).toEqual([true, false, true, false]);
  watch.end();
  zoom(1);
  expect(seen).toHaveLength(4);
});
