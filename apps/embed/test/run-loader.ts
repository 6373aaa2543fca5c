import { install } from "../src/loader/install.ts";

/** Does with tags of type `text/plain` what the built script does with its own; modules have no `currentScript`. */
const run = (): void => {
  for (const tag of document.querySelectorAll<HTMLScriptElement>("script[type='text/plain']:not([data-done])")) {
    tag.dataset["done"] = "";
    install(new URL("fake-frame.html", import.meta.url).href, tag);
  }
};
Object.assign(window, { run });
run();
