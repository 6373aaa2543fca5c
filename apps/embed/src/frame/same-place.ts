/** Where a pointer is: on the screen, and in the frame. */
export interface PointerPlace {
  readonly screenX: number;
  readonly screenY: number;
  readonly clientX: number;
  readonly clientY: number;
}

/** Rounding, and the step of a scaled screen, in pixels. */
const slack = 6;
/** Screen pixels of one of the frame's: zoomed pages and scaled screens. */
const scales = { from: 0.3, to: 5 };

/**
 * Whether a frame may have stayed where it was while a pointer went from one place to another: both must have gone the same
 * way, at one scale. A page that moves the frame under a resting hand is found out; one that moves it with the hand is not.
 */
export function mayBeSamePlace(a: PointerPlace, b: PointerPlace): boolean {
  let { from, to } = scales;
  for (const [onScreen, inFrame] of [
    [b.screenX - a.screenX, b.clientX - a.clientX],
    [b.screenY - a.screenY, b.clientY - a.clientY],
  ] as const) {
    if (Math.abs(inFrame) < 1) {
      if (Math.abs(onScreen) > slack) return false;
      continue;
    }
    const ends = [(onScreen - slack) / inFrame, (onScreen + slack) / inFrame].toSorted((x, y) => x - y);
    from = Math.max(from, ends[0] ?? 0);
    to = Math.min(to, ends[1] ?? 0);
  }
  return from <= to;
}
