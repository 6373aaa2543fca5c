import type { ShardRunner } from "@potluck/engine";
import type { Clock } from "@potluck/link";

/** Lets runs through so that the device computes no more than a share of the time (DN38). */
export interface Duty {
  /** From 0.05 to 1; from the next rest on, and a rest that is under way ends where the new share has it end. */
  share: number;
  /** Resolves when a run may begin. Each is followed by one `left`. */
  enter(): Promise<void>;
  left(): void;
}

/**
 * A share of one device's time for runs. Runs that come while others go on may join them, since the engine computes them
 * side by side; once the first of such a round is done nobody joins any more, and when all are done the device rests for
 * `busy * (1 / share - 1)` ms. Whoever came meanwhile goes in the next round. So every round with its rest has exactly the
 * share, and so has any stretch of rounds.
 */
export function createDuty(clock: Clock, share = 1): Duty {
  let current = share;
  let inside = 0;
  let beganMs = 0;
  let restingSinceMs: number | null = null;
  let busyMs = 0;
  let isClosing = false;
  let cancel = (): void => undefined;
  let waiting: (() => void)[] = [];

  const letIn = (): void => {
    const all = waiting;
    waiting = [];
    inside += all.length;
    for (const go of all) go();
  };

  const openGate = (): void => {
    cancel();
    restingSinceMs = null;
    isClosing = false;
    if (waiting.length === 0) return;
    beganMs = clock.now();
    letIn();
  };

  const rest = (): void => {
    restingSinceMs ??= clock.now();
    const leftMs = Math.min(busyMs * (1 / current - 1), longestRestMs) - (clock.now() - restingSinceMs);
    cancel();
    if (leftMs <= 0) return openGate();
    cancel = clock.after(leftMs, openGate);
  };

  return {
    get share() {
      return current;
    },
    set share(next) {
      current = Math.min(1, Math.max(leastShare, next));
      if (restingSinceMs !== null) rest();
      // A round that was closed for its rest may be joined again.
      else if (current === 1 && isClosing) {
        isClosing = false;
        letIn();
      }
    },
    async enter() {
      if (restingSinceMs !== null || isClosing) return await new Promise<void>((resolve) => waiting.push(resolve));
      if (inside === 0) beganMs = clock.now();
      inside += 1;
    },
    left() {
      inside -= 1;
      if (current === 1) return;
      isClosing = true;
      if (inside > 0) return;
      busyMs = clock.now() - beganMs;
      rest();
    },
  };
}

/** The runner, with its runs let through by `duty`. Everything else, heartbeats among it, goes on meanwhile. */
export function withDuty(runner: ShardRunner, duty: Duty): ShardRunner {
  return {
    range: runner.range,
    hasEmbedding: runner.hasEmbedding,
    hasHead: runner.hasHead,
    hiddenSize: runner.hiddenSize,
    gone: runner.gone,
    openSession: (session, contextTokens) => runner.openSession(session, contextTokens),
    copyPositions: (from, to, length) => runner.copyPositions(from, to, length),
    truncate: (session, length) => runner.truncate(session, length),
    closeSession: (session) => runner.closeSession(session),
    close: () => runner.close(),
    async run(job) {
      // Where nobody limits anything, a run begins in the very turn in which it was asked for: those of many chats join.
      if (duty.share === 1) return await runner.run(job);
      await duty.enter();
      try {
        return await runner.run(job);
      } finally {
        duty.left();
      }
    },
  };
}

const leastShare = 0.05;
/** An asker takes a hop that is silent for three minutes for dead; a chunk of a prompt may take long enough to rest past that. */
const longestRestMs = 60_000;
