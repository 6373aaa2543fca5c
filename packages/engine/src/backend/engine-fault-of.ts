import { EngineError, type EngineFault } from "../shard-runner.ts";

/** What the runtime and the browsers say when memory is short. */
const outOfMemory =
  /out of memory|bad_alloc|allocation failed|failed to allocate|Array buffer allocation|memory\.grow|\(OOM\)/i;

/** Turns whatever the runtime threw into an {@link EngineError}. `doing` completes "The runtime failed while …". */
export function engineFaultOf(error: unknown, doing: string): EngineError {
  if (error instanceof EngineError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const fault: EngineFault = outOfMemory.test(detail) ? "out-of-memory" : "internal";
  const advice =
    fault === "out-of-memory"
      ? "This device has too little free memory for it. Close other tabs or give a smaller memory budget."
      : `The runtime failed while ${doing}: ${detail}`;
  return new EngineError(fault, advice, { cause: error });
}
