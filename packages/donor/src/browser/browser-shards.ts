import type { openShardInWorker } from "@potluck/engine/browser";
import type { ModelId } from "@potluck/protocol";
import type { Shards } from "../shards.ts";

/** Shards in workers of the engine, one a shard. */
export function createBrowserShards(
  open: typeof openShardInWorker,
  manifestUrl: (modelId: ModelId) => string,
  powerPreference: GPUPowerPreference,
): Shards {
  return {
    open: ({ segment, ...rest }) =>
      open({
        manifestUrl: manifestUrl(segment.modelId),
        range: { from: segment.from, to: segment.to },
        powerPreference,
        ...rest,
      }),
  };
}
