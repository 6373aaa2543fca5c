import { EngineError } from "../shard-runner.ts";

/** The refusal of a job that does not fit the shard; `what` is a clause that says why. */
export function misfit(what: string): EngineError {
  return new EngineError(
    "internal",
    `The input does not fit this shard: ${what}. Ask again with the model of this route.`,
  );
}
