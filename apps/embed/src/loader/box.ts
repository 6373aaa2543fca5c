const leastWidth = 200;
const leastHeight = 48;
const fits = ({ offsetWidth, offsetHeight }: HTMLElement): boolean =>
  offsetWidth >= leastWidth && offsetHeight >= leastHeight;

/** What the page has kept for the frame, or null where it is too small. An element without a box of its own means its parent's. */
export function findBox(owner: HTMLElement): HTMLElement | null {
  const box = owner.style.display === "contents" ? owner.parentElement : owner;
  return box && fits(box) ? box : null;
}

/** Tells whenever it changes whether the frame may stand in its box, and whether all of the box is in sight. Returns what ends it. */
export function watchBox(box: HTMLElement, changed: (isFit: boolean, isInSight: boolean) => void): () => void {
  let isInSight = true;
  const before = box.style.position;
  // Nothing moves by this; the frame inside is placed by it.
  if (getComputedStyle(box).position === "static") box.style.position = "relative";
  const sight = new IntersectionObserver(
    (entries) => {
      isInSight = (entries.at(-1)?.intersectionRatio ?? 0) > 0.98;
      changed(fits(box), isInSight);
    },
    { threshold: [0, 0.98, 1] },
  );
  const size = new ResizeObserver(() => changed(fits(box), isInSight));
  sight.observe(box);
  size.observe(box);
  return () => {
    sight.disconnect();
    size.disconnect();
    box.style.position = before;
  };
}
