import { expect, test } from "vitest";
import { followPage } from "./follow-page.ts";

test.each([
  ["is shown for the first time", ["pageshow"], []],
  ["is closed", ["pageshow", "pagehide"], ["hide"]],
  ["is frozen and thawed", ["pageshow", "freeze", "resume"], ["hide", "show"]],
  ["goes into the cache and comes back", ["pageshow", "pagehide", "freeze", "resume", "pageshow"], ["hide", "show"]],
  ["is frozen again after it came back", ["freeze", "resume", "freeze"], ["hide", "show", "hide"]],
])("DN23 a page that %s", (_what, events, expected) => {
  const window = new EventTarget();
  const document = new EventTarget();
  const did: string[] = [];
  followPage({ window, document }, { hide: () => did.push("hide"), show: () => did.push("show") });
  for (const type of events) (type.startsWith("page") ? window : document).dispatchEvent(new Event(type));
  expect(did).toEqual(expected);
});
