import { mayBeSamePlace, type PointerPlace } from "./same-place.ts";
import type { Press, Sight } from "./sight.ts";
import type { WatchSight } from "./watch-sight.ts";

/** What a click tells of itself. */
export type Click = PointerPlace & Pick<MouseEvent, "detail" | "isTrusted">;

/** Tells what was seen of the question, from what the browser says of it. */
export interface Witness {
  /** Watches the question until what comes back is called. */
  watch(question: Element): () => void;
  /** The pointer is here. */
  readonly follow: (place: PointerPlace) => void;
  /** The frame became larger or smaller: it is another place now, not only when the next press comes. */
  readonly resized: () => void;
  focus(focused: boolean): void;
  /** What a click on Yes is, with all that was seen until then told. `isActive`: the browser knows of a person's act. */
  press(click: Click, isActive: boolean): Press;
}

export function createWitness(sight: Sight, watchSight: WatchSight | null, now: () => number): Witness {
  let flush = (): void => undefined;
  let last: PointerPlace | null = null;

  const follow = ({ screenX, screenY, clientX, clientY }: PointerPlace): void => {
    const place = { screenX, screenY, clientX, clientY };
    if (last !== null && !mayBeSamePlace(last, place)) sight.move(now());
    last = place;
  };
  return {
    watch(question) {
      if (watchSight === null) return () => undefined;
      const watch = watchSight(question, (inSight) => sight.see(inSight, now()));
      ({ flush } = watch);
      return () => {
        watch.end();
        flush = () => undefined;
        sight.see(false, now());
        sight.focus(false, now());
      };
    },
    follow,
    resized() {
      last = null;
      sight.move(now());
    },
    focus: (focused) => sight.focus(focused, now()),
    press(click, isActive) {
      // By keyboard, or by what stands in for one, a click has no place and no count.
      const byKeyboard = click.detail === 0;
      if (!byKeyboard) follow(click);
      flush();
      return { trusted: click.isTrusted && isActive, byKeyboard };
    },
  };
}
