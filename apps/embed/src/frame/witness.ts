import { mayBeSamePlace, type PointerPlace } from "./same-place.ts";
import type { Press, Sight } from "./sight.ts";
import type { WatchSight } from "./watch-sight.ts";

interface OfPointer {
  /** `mouse`, `pen` or `touch`; not every browser says it of a click. */
  readonly pointerType?: string;
}

/** What a click tells of itself. */
export type Click = PointerPlace & OfPointer & Pick<MouseEvent, "detail" | "isTrusted">;

/** Tells what was seen of the question, from what the browser says of it. */
export interface Witness {
  /** Watches the question until what comes back is called. */
  watch(question: Element): () => void;
  /** The pointer is here. */
  readonly follow: (place: PointerPlace & OfPointer) => void;
  /** The frame became larger or smaller: it is another place now, not only when the next press comes. */
  readonly resized: () => void;
  focus(focused: boolean): void;
  /** What a click on Yes is, with all that was seen until then told. `isActive`: the browser knows of a person's act. */
  press(click: Click, isActive: boolean): Press;
}

export function createWitness(sight: Sight, watchSight: WatchSight | null, now: () => number): Witness {
  let flush = (): void => undefined;
  let last: PointerPlace | null = null;
  let isHovered = false;

  const follow = ({ screenX, screenY, clientX, clientY, pointerType }: PointerPlace & OfPointer): void => {
    const place = { screenX, screenY, clientX, clientY };
    if (last !== null && !mayBeSamePlace(last, place)) sight.move(now());
    last = place;
    // Where a mouse comes from nobody knows: the frame may have been put under it just now. A finger rests nowhere before.
    if (isHovered || pointerType === "touch") return;
    isHovered = true;
    sight.move(now());
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
