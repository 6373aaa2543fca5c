import type { PauseReason } from "../manners/rules.ts";
import type { Life } from "./life.ts";
import { untilAllowed, withDeadline } from "./rule-waits.ts";
import type { Run } from "./run.ts";

/** A donor that holds nothing waits until it may begin. A stop ends it, a page that is put aside forgets it. */
export interface Naps {
  /** DN36: nothing is loaded while a rule says so. */
  byRules(current: Run): void;
  /** DN40: the next in line. */
  inLine(current: Run): Promise<void>;
}

/** How often a window in line asks again; the locks tell it at once when one closes. */
const askAgainMs = 60_000;

/** `wake` begins anew. */
export function createNaps(life: Life, wake: (current: Run) => void): Naps {
  const { clock, manners, windows } = life.options;
  const sleep = (current: Run, until: (signal: AbortSignal) => Promise<void>): void => {
    current.nap?.abort();
    const nap = new AbortController();
    current.nap = nap;
    const end = (): void => {
      if (current.nap !== nap) return;
      current.nap = null;
      wake(current);
    };
    // What rejects was called off.
    until(AbortSignal.any([current.abort.signal, nap.signal])).then(end, () => undefined);
  };
  return {
    byRules(current) {
      const show = (reasons: readonly PauseReason[]): void => life.set({ kind: "waiting-for-rules", reasons });
      sleep(current, (signal) => untilAllowed({ look: () => manners.look(), clock, signal, show }));
    },
    async inLine(current) {
      const held = await windows.siblings();
      if (life.run !== current) return;
      life.set({ kind: "waiting-for-tab", held });
      // It asks again now and then, too: what is wanted may have changed meanwhile.
      sleep(current, (signal) => withDeadline(clock, askAgainMs, signal, (limited) => windows.freed(held, limited)));
    },
  };
}
