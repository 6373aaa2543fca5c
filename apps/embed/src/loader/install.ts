import { createEvents } from "./events.ts";
import { type Frame, openFrame } from "./open-frame.ts";

const name = "potluck-donate";
/** Those that may have a frame; one that a script made and that has ended lost its site. */
const living = `${name}[site]`;
const settings = ["site", "position", "theme", "language", "backend"];

/**
 * Defines `<potluck-donate>` and `window.Potluck`, unless an earlier script did, and stands an element of its own in the page
 * where the script names a site. `frameUrl` is the frame's page, absolute.
 */
export function install(frameUrl: string, script: HTMLOrSVGElement & Element): void {
  if (!customElements.get(name)) define(frameUrl);
  const { dataset, parentElement } = script;
  if (!dataset["site"]) return;
  const isInline = dataset["position"] === "inline" && document.body?.contains(parentElement);
  // A frame in the corner stands beside the body, so that it outlives the body's replacement.
  const parent = (isInline ? parentElement : null) ?? document.documentElement;
  // However often a script comes, it leaves one element.
  if (parent.querySelector(`:scope > ${living}`)) return;
  const element = document.createElement(name);
  for (const key of settings) element.setAttribute(key, dataset[key] ?? "");
  // Takes no room: its parent is its box.
  element.style.display = "contents";
  parent.append(element);
}

function define(frameUrl: string): void {
  const events = createEvents();
  /** The page's one frame, and whose it is. */
  let current: { readonly owner: HTMLElement; readonly frame: Frame } | null = null;

  const begin = (owner: HTMLElement | null): void => {
    if (current !== null || !owner?.getAttribute("site")) return;
    events.forget();
    current = { owner, frame: openFrame(frameUrl, owner, events.tell, end) };
  };
  const end = (): void => {
    const ended = current;
    current = null;
    if (ended === null) return;
    const isScripts = ended.owner.style.display === "contents";
    if (isScripts) ended.owner.removeAttribute("site");
    ended.frame.close(() => isScripts && ended.owner.remove());
  };

  customElements.define(
    name,
    class extends HTMLElement {
      connectedCallback(): void {
        begin(this);
      }

      disconnectedCallback(): void {
        queueMicrotask(() => {
          if (this.isConnected || current?.owner !== this) return;
          end();
          // A single-page app may show the next page before it drops this one.
          begin(document.querySelector(living));
        });
      }
    },
  );

  const potluck = {
    on: events.on,
    open: () => current?.frame.say({ potluck: 1, type: "open" }),
    pause: () => current?.frame.say({ potluck: 1, type: "pause" }),
    destroy: end,
  };
  Object.defineProperty(window, "Potluck", { value: Object.freeze(potluck) });
}
