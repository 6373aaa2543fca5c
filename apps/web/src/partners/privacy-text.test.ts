import { languageTags } from "@potluck/words";
import { expect, test } from "vitest";
import { privacyText } from "./privacy-text.ts";

test.each(languageTags)("WB64 the privacy text in %s names the host, the limits and both terms", (language) => {
  const text = privacyText(language, "potluck.example");
  expect(text).not.toContain("HOST");
  for (const fact of ["potluck.example", "500 MB", "24", "30", "IP", "ookies", "["]) {
    // Chinese has the singular.
    expect(text, fact).toContain(language === "zh" && fact === "ookies" ? "Cookie" : fact);
  }
  // As much in each language.
  expect(text.split("\n\n")).toHaveLength(privacyText("en", "x").split("\n\n").length);
});
