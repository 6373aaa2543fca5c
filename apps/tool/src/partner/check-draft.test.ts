import { expect, test } from "vitest";
import { checkDraft } from "./check-draft.ts";

const draft = { name: "The Paper", origins: ["https://paper.example"], maxTabs: 10, isListed: true };

test.each([
  ["https://paper.example/", "write https://paper.example,"],
  ["https://paper.example/news?x=1", "write https://paper.example,"],
  ["https://paper.example:443", "write https://paper.example,"],
  ["HTTPS://Paper.Example", "write https://paper.example,"],
  ["paper.example", "write https://paper.example,"],
  ["localhost:4000", "write https://localhost:4000,"],
  ["https://*.paper.example", "name each host"],
  ["*", "name each host"],
  ["ftp://paper.example", "for example https://example.org"],
  ["", "for example https://example.org"],
  ["https://[::1]:4000", "Use a host name"],
  ["https://a;b", "Use a host name"],
])("SG18 for the origin %j the operator is told what to write instead", (origin, advice) => {
  expect(() => checkDraft({ ...draft, origins: ["https://fine.example", origin] })).toThrow(advice);
});

test("SG18 what else is wrong is named as on the command line", () => {
  expect(checkDraft({ ...draft, name: " The Paper " })).toEqual(draft);
  expect(() => checkDraft({ ...draft, name: "" })).toThrow("--name");
  expect(() => checkDraft({ ...draft, maxTabs: Number("many") })).toThrow("--max-tabs");
});
