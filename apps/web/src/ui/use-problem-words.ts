import type { Problem } from "@potluck/donor";
import type { i18n } from "i18next";
import { useTranslation } from "react-i18next";
import { problems } from "@potluck/words/problems/en";

export interface ProblemWords {
  readonly what: string;
  readonly advice: string;
}

/** Says a problem in the page's language; in English, and where the catalog does not have it, in its own words. */
export function useProblemWords(): (problem: Problem) => ProblemWords {
  const { i18n } = useTranslation();
  return (problem) => problemWords(problem, i18n);
}

export function problemWords({ id, values, what, advice }: Problem, { language, t }: i18n): ProblemWords {
  // A problem's own words are English, and say more than the catalog where the server wrote them.
  if (language === "en" || id === undefined || !Object.hasOwn(problems, id)) return { what, advice };
  // Which values a sentence needs depends on the id; the catalog's test holds that problems bring them.
  const say = t as (key: string, values: object) => string;
  return { what: say(`problems:${id}.what`, values ?? {}), advice: say(`problems:${id}.advice`, values ?? {}) };
}
