import type { ShardPlan } from "@potluck/model";
import type { BackendOutput, CacheRun } from "./backend.ts";
import { CacheGroup } from "./cache-group.ts";
import { engineFaultOf } from "./engine-fault-of.ts";
import { outputNames } from "./feeds.ts";
import { GrowingCache } from "./growing-cache.ts";
import type { Ort, OrtSession, OrtTensor } from "./ort.ts";
import { slotFeeds, type SlotRow } from "./slot-feeds.ts";
import { tensorValues } from "./tensor-values.ts";

interface LoadedGraph {
  readonly ort: Ort;
  readonly session: OrtSession;
  readonly plan: ShardPlan;
  readonly now: () => number;
}

/**
 * One row of each of several sessions in one run: the weights are read once for all of them. GroupQueryAttention takes a
 * length a session, and on the CPU every output value is bit for bit what the session alone would get.
 */
export async function runTogether(graph: LoadedGraph, runs: readonly CacheRun[]): Promise<BackendOutput[]> {
  const { ort, plan, now } = graph;
  const { io } = plan;
  const startedAt = now();
  const logits = runs.every(({ run }) => run.logitsFrom !== null);
  let results: Record<string, OrtTensor> = {};
  try {
    const members = runs.map(({ cache, run }) => {
      if (!(cache instanceof GrowingCache)) throw new TypeError("a cache of another backend");
      return { cache, run };
    });
    const longest = Math.max(...runs.map(({ run }) => run.position));
    const caches = members.map(({ cache }) => cache);
    const group = CacheGroup.of(ort, io.kv, caches, longest);
    const slots: SlotRow[] = group.lengths.map((position) => ({ position, input: null }));
    for (const { cache, run } of members) slots[group.slotOf(cache)] = run;
    const feeds = { ...slotFeeds(ort, plan, slots, logits), ...group.feeds() };
    results = await graph.session.run(feeds, [...outputNames(io)]);
    const values = tensorValues(results[io.output.name]);
    group.take(io.kv, results);
    const width = io.output.kind === "logits" && !logits ? 0 : values.length / slots.length;
    return members.map(({ cache, run }) => {
      const slot = group.slotOf(cache);
      cache.join({ group, slot, length: run.position + 1 });
      return {
        values: values.slice(slot * width, (slot + 1) * width),
        computeMs: now() - startedAt,
        readBackMs: 0,
      };
    });
  } catch (error) {
    throw engineFaultOf(error, "running the shard");
  } finally {
    results[io.output.name]?.dispose();
  }
}
