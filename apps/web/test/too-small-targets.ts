/** CSS pixels (WCAG 2.2, 2.5.8). */
const leastPx = 24;

/**
 * What can be pressed and is smaller than a finger can hit, as its HTML. Words in a sentence that are links or buttons are
 * left out, as the guideline does: their line gives their height. A box or dial inside a label is as large as the label.
 */
export function tooSmallTargets(): string[] {
  const targets = document.querySelectorAll<HTMLElement>(
    "a[href], button, input, select, textarea, summary, [role=button], [role=tab], [role=menuitem], [role=option]:not(option)",
  );
  return [...targets]
    .filter((target) => target.checkVisibility({ visibilityProperty: true }))
    .filter((target) => !target.classList.contains("unseen") && getComputedStyle(target).display !== "inline")
    .filter((target) => {
      const area = target.matches("[type=checkbox], [type=radio]") ? (target.closest("label") ?? target) : target;
      const { width, height } = area.getBoundingClientRect();
      return width < leastPx || height < leastPx;
    })
    .map((target) => target.outerHTML.slice(0, 200));
}
