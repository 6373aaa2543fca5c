import type { DrawRequest } from "../shard-runner.ts";
import { misfit } from "./misfit.ts";
import type { ShardFacts } from "./shard-facts.ts";

/**
 * What to draw in a job of `count` rows; null on a shard without the head, which has nothing to draw from. Throws
 * `internal` naming what does not fit, before anything runs.
 */
export function drawForShard(draw: DrawRequest | null, count: number, facts: ShardFacts): DrawRequest | null {
  if (draw === null || !facts.hasHead) return null;
  const { from, drafts, more = 0 } = draw;
  if (!Number.isInteger(from) || from < 0 || from >= count)
    throw misfit(`tokens are to be drawn from row ${from} on, of ${count} rows`);
  if (drafts.length !== count - from - 1)
    throw misfit(`${count - from - 1} rows after the first to draw from came with ${drafts.length} guesses`);
  if (!Number.isInteger(more) || more < 0) throw misfit(`${more} more tokens are to be drawn`);
  if (more > 0 && !facts.hasEmbedding)
    throw misfit("what it draws is to be fed again to a shard without the embedding");
  if (more > 0 && drafts.length > 0) throw misfit("more tokens are to be drawn after guesses");
  return draw;
}
