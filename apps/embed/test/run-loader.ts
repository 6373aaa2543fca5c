import { install } from "../src/loader/install.ts";

/** What the built script does with its own tag; modules have no `currentScript`. */
const run = (): void => {
  const tag = document.querySelector<HTMLScriptElement>("script[data-site]:not([data-done])");
  if (tag === null) return;
  tag.dataset["done"] = "";
  install(new URL(tag.dataset["frame"] ?? "fake-frame.html", import.meta.url).href, tag);
};
Object.assign(window, { run });
run();
