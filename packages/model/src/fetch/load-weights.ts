import { LoadError } from "./load-error.ts";
import { loadPieces, type LoadOptions } from "./load-pieces.ts";
import { wantedPieces, type WeightsPlan } from "./wanted-piece.ts";

export interface LoadWeightsOptions extends LoadOptions {
  /** Where to put them, `plan.weightBytes` long; after an error its bytes must not be used. */
  readonly into?: Uint8Array | undefined;
}

/**
 * A shard's weights as its graph expects them, every byte checked: `plan.weightBytes` bytes, each tensor at its `at`. What the
 * store holds is not fetched, what is fetched is kept (MO28–MO34). Throws a SourceError (could not be had), a LoadError
 * (`corrupt`, `too-large`, `bad-plan`, `no-digest`), or the signal's reason.
 */
export async function loadWeights(plan: WeightsPlan, options: LoadWeightsOptions): Promise<Uint8Array> {
  const wanted = wantedPieces(plan);
  if (options.into !== undefined && options.into.length !== plan.weightBytes)
    throw new LoadError("bad-plan", `The weights are ${plan.weightBytes} bytes, their place ${options.into.length}.`);
  const into = options.into ?? allocate(plan.weightBytes);
  await loadPieces(wanted, into, options);
  return into;
}

function allocate(bytes: number): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch (error) {
    const megabytes = Math.ceil(bytes / 1e6);
    throw new LoadError(
      "too-large",
      `This device can't hold ${megabytes} MB of weights in one piece. Lower the memory budget, or close other tabs.`,
      { cause: error },
    );
  }
}
