import { EngineError } from "@potluck/engine";
import { type Problem, ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";

/** DN3. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof EngineError) return problems.engine(error);
  return problems.internal(error instanceof Error ? error.message : String(error));
}
