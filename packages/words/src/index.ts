/** What every page of ours says alike: languages, sizes and times, and the words of problems (`@potluck/words/problems/<language>`). */
export * from "./add-formats.ts";
export * from "./format.ts";
export * from "./languages.ts";
export type { ProblemCatalog } from "./problem-catalog.ts";
