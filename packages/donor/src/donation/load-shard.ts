import type { UpAnswer } from "@potluck/protocol";
import { problems } from "../problems.ts";
import type { TabShard } from "../shards.ts";
import type { DeviceReport } from "./donation.ts";
import type { Life } from "./life.ts";
import { watchRules } from "./rule-waits.ts";
import type { Run } from "./run.ts";

/** Loads what was assigned, and shows it. Null when a rule held it up; what came by then is kept. */
export async function loadShard(
  life: Life,
  current: Run,
  { segment, kvTokens }: UpAnswer<"donate"> & { readonly status: "assigned" },
  { backend }: DeviceReport,
): Promise<TabShard | null> {
  const { clock, coordinator, manners, shards, tally } = life.options;
  const { signal } = current.abort;
  coordinator.report({ donor: "loading" });
  const watch = watchRules({ look: () => manners.look(), clock, signal });
  const count = tally.load();
  try {
    return await shards.open({
      segment,
      kvTokens,
      backend,
      signal: watch.signal,
      onProgress: (progress) => {
        count(progress);
        if (!watch.signal.aborted) life.set({ kind: "loading", segment, progress, ...current.notice });
      },
      onNotKept: (error) => {
        current.notice = { notice: problems.notKept(error) };
      },
    });
  } catch (error) {
    if (signal.aborted || !watch.signal.aborted) throw error;
    return null;
  } finally {
    watch.end();
  }
}
