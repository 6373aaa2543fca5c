import { EngineError, engineFaults } from "@potluck/engine";
import { AnswerFailed } from "@potluck/pipeline";
import { failureReasons, refusalReasons, refuse } from "@potluck/protocol";
import { expect, test } from "vitest";
import { createWords } from "../../apps/web/src/i18n/create-words.ts";
import { problems as english } from "../../packages/words/src/problems/en.ts";
import { problemWords } from "../../apps/web/src/ui/use-problem-words.ts";
import type { Problem } from "../../packages/donor/src/problem.ts";
import { problems } from "../../packages/donor/src/problems.ts";

const own: readonly Problem[] = [
  problems.serverGone(),
  problems.internal("<a detail>"),
  problems.queueTimeout(),
  problems.heldByWindow(),
  problems.linkFailed(),
  problems.contextFull(2100, 2048),
  problems.weightsUnreachable("<a detail>"),
  ...engineFaults.map((fault) => problems.engine(new EngineError(fault, "<a detail>"))),
  ...failureReasons.map((reason) => problems.answer(new AnswerFailed(reason, 0, "<a detail>"))),
];
const refusals = refusalReasons.map((reason) => problems.refused(refuse(reason, "No. Wait.")));
/** Said by the page itself. */
const pages = [
  "noModel",
  "servesNone",
  "codeMissing",
  "pageFault",
  "cutOff",
  "writtenElsewhere",
  "otherModel",
  "chatsNotKept",
];

test.each(own.map((problem) => [problem.id, problem] as const))(
  "WB61 the catalog has %s in the problem's own words, with its values",
  (id, problem) => {
    const words = createWords();
    // Any language but English is told from the catalog; this one has no sentences of its own.
    const told = problemWords(problem, Object.assign(words, { language: "xx" }));
    expect(told).toEqual({ what: problem.what, advice: problem.advice });
    expect(Object.keys(english)).toContain(id);
  },
);

test("WB61 every refusal has a sentence in the catalog, and English pages show the server's own", () => {
  for (const problem of refusals) {
    expect(Object.keys(english)).toContain(problem.id);
    expect(problemWords(problem, createWords()).what).toMatch(/^No\./);
    expect(problemWords(problem, Object.assign(createWords(), { language: "xx" })).what).not.toMatch(/^No\./);
  }
});

test("WB61 the catalog has no sentence that nobody says", () => {
  const said = new Set([...own, ...refusals].map(({ id }) => id));
  expect(Object.keys(english).filter((id) => !said.has(id) && !pages.includes(id))).toEqual([]);
});

test("WB61 a problem that the catalog does not know is told in its own words", () => {
  const unknown: Problem = { code: "internal", id: "toString", what: "It broke.", advice: "Mend it." };
  expect(problemWords(unknown, Object.assign(createWords(), { language: "xx" })).what).toBe("It broke.");
});
