import type { Problem } from "@potluck/donor";
import type { Language, ProblemCatalog } from "@potluck/words";

const loaders: Readonly<Record<Exclude<Language, "en">, () => Promise<ProblemCatalog>>> = {
  zh: async () => (await import("@potluck/words/problems/zh")).problems,
  de: async () => (await import("@potluck/words/problems/de")).problems,
  es: async () => (await import("@potluck/words/problems/es")).problems,
};

type Sentences = Pick<Problem, "what" | "advice">;

/** A problem in this language, or in English where its words can't be had. Loaded only when something went wrong. */
export async function describeProblem(problem: Problem, language: Language): Promise<Sentences> {
  const { what, advice, id = "", values = {} } = problem;
  const catalog = language === "en" ? null : await loaders[language]().catch(() => null);
  const words = (catalog as Readonly<Record<string, Sentences>> | null)?.[id];
  if (words === undefined) return { what, advice };
  const fill = (sentence: string): string =>
    sentence.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ""));
  return { what: fill(words.what), advice: fill(words.advice) };
}
