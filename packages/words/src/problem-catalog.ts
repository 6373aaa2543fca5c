import type { problems } from "./problems/en.ts";

/** The same problems with any words: what another language has to bring. */
export type ProblemCatalog = {
  readonly [Id in keyof typeof problems]: { readonly what: string; readonly advice: string };
};
