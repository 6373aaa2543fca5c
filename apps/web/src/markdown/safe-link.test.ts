import { expect, test } from "vitest";
import { safeLink } from "./safe-link.ts";

test("WB44 links go to http, https and mailto only", () => {
  for (const href of ["https://example.org/a?b#c", "http://x.org", "mailto:a@b.org", "HTTPS://EXAMPLE.ORG"]) {
    expect(safeLink(href)).toBe(href);
  }
  const others = [
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "/chat",
    "//x.org",
  ];
  for (const href of [...others, "vbscript:x", "file:///etc", "#a", "", "https://", "blob:https://x.org/1"]) {
    expect(safeLink(href)).toBeNull();
  }
});
