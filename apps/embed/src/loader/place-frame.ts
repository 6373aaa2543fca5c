/** Where the frame is, and in a corner how large, in CSS pixels. */
export type Place =
  | { readonly at: "nowhere" }
  | { readonly at: "box" }
  | { readonly at: "corner"; readonly width: number; readonly height: number };

const gap = "12px";
/** Held by a translation, which is no shift of the layout when the size changes, as `right` and `bottom` would be. */
const held = `left:100%;top:100%;transform:translate(calc(-100% - ${gap}),calc(-100% - ${gap}))`;
const largest = `calc(100% - 2*${gap})`;

function rulesOf(place: Place): string {
  switch (place.at) {
    case "nowhere":
      return "position:fixed;visibility:hidden;width:0;height:0";
    case "box":
      return "position:absolute;inset:0;width:100%;height:100%";
    case "corner":
      return `position:fixed;z-index:2147483647;${held};width:${place.width}px;height:${place.height}px;max-width:${largest};max-height:${largest}`;
    default:
      return place satisfies never;
  }
}

/**
 * Puts the frame there by style alone: one that moves in the document loads anew. Set through the object model, which a page's
 * strict policy allows, and each rule `important`, since pages have rules of their own for frames. `scheme`: the page's and the
 * frame's colour schemes must be the same, or the browser paints a backdrop.
 */
export function placeFrame(iframe: HTMLIFrameElement, place: Place, scheme: string): void {
  const rules = `all:initial;display:block;color-scheme:${scheme};${rulesOf(place)};`;
  iframe.style.cssText = rules.replaceAll(";", "!important;");
}
