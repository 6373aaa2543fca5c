/** Something that went wrong, in words for the person in front of the page. */
export interface Problem {
  readonly code: ProblemCode;
  /** What happened. One sentence. */
  readonly what: string;
  /** What to do about it. One sentence. */
  readonly advice: string;
  /** Names the two sentences in the catalog of a page that speaks other languages; absent where it has none. */
  readonly id?: string;
  /** What stands in the sentences' places for values. */
  readonly values?: Readonly<Record<string, string | number>>;
}

export const problemCodes = [
  "no-webgpu",
  "no-f16",
  "device-lost",
  "out-of-memory",
  "storage-full",
  "weights-corrupt",
  "weights-unreachable",
  "known-answer",
  "server-gone",
  "version-mismatch",
  "budget-too-small",
  "held-beside",
  "donors-gone",
  "hop-failed",
  "queue-timeout",
  "link-failed",
  "context-full",
  "consent",
  "refused",
  "internal",
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** Thrown by what a page calls; carries the {@link Problem} to show. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.code}: ${problem.what}`, options);
    this.problem = problem;
  }
}
