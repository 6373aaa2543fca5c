import type { Problem } from "@potluck/donor";

/** The page's own ProblemError. The donor's is not imported, since its module brings the swarm's code into the first load. */
export class PageError extends Error {
  override readonly name = "PageError";
  readonly problem: Problem;
  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.what, options);
    this.problem = problem;
  }
}

/** The problem that an error carries, or `internal` for one that carries none. */
export function problemOf(error: unknown): Problem {
  const carried = error instanceof Error && "problem" in error ? error.problem : null;
  if (isProblem(carried)) return carried;
  return {
    code: "internal",
    id: "pageFault",
    what: "Something in this page went wrong.",
    advice: "Try again; if it happens again, reload the page.",
  };
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  const { code, what, advice } = value as Record<string, unknown>;
  return typeof code === "string" && typeof what === "string" && typeof advice === "string";
}
