import type { Clock } from "@potluck/link";
import { holdsUpLoading } from "../manners/decide.ts";
import type { PauseReason } from "../manners/rules.ts";

interface RuleWait {
  readonly look: () => readonly PauseReason[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Rules are looked at this often where nothing else looks. */
const lookMs = 1000;

/** Resolves when the rules let something be loaded; tells why not meanwhile. Rejects when `signal` aborts. */
export async function untilAllowed(
  wait: RuleWait & { readonly show: (reasons: readonly PauseReason[]) => void },
): Promise<void> {
  const { look, clock, signal, show } = wait;
  for (;;) {
    signal.throwIfAborted();
    const reasons = look();
    if (!isHeldUp(reasons)) return;
    show(reasons);
    await pause(clock, lookMs, signal);
  }
}

/** A signal that aborts with `signal`, or when the rules no longer let anything be loaded. `end` when it is loaded. */
export function watchRules({ look, clock, signal }: RuleWait): { readonly signal: AbortSignal; end(): void } {
  const rules = new AbortController();
  let cancel = (): void => undefined;
  const again = (): void => {
    if (holdsUpLoading(look())) return rules.abort(new DOMException("a rule says so", "AbortError"));
    cancel = clock.after(lookMs, again);
  };
  cancel = clock.after(lookMs, again);
  return { signal: AbortSignal.any([signal, rules.signal]), end: () => cancel() };
}

/** Resolves with `work`, or after `ms`, when it is called off. Rejects when `signal` aborts. */
export async function withDeadline(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const late = new AbortController();
  const cancel = clock.after(ms, () => late.abort());
  try {
    await work(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (!late.signal.aborted || signal.aborted) throw error;
  } finally {
    cancel();
  }
}

/** What is only calming down is waited for too, so that a load does not begin and end with every flicker. */
const isHeldUp = (reasons: readonly PauseReason[]): boolean =>
  holdsUpLoading(reasons) || reasons.some(({ why }) => why === "calming-down");

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    const stop = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}
