/** The script tag. Built into one classic script, so that `currentScript` says where it came from. */
import { install } from "./install.ts";

const script = document.currentScript;
if (script instanceof HTMLScriptElement && "customElements" in window && "IntersectionObserver" in window) {
  install(new URL("/embed/frame", script.src).href, script);
}
