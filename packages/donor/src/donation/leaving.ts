import type { Problem } from "../problem.ts";
import { createDeadline, type Deadline } from "./deadline.ts";
import type { Display } from "./display.ts";
import type { Hosting } from "./hosting.ts";
import type { Life } from "./life.ts";
import type { Again, Run } from "./run.ts";

/** The ways out of a donation. */
export interface Leaving {
  /** Frees what is loaded; the run goes on. */
  unload(): Promise<void>;
  fail(problem: Problem): Promise<void>;
  /** At once: nothing is handed over. */
  halt(): Promise<void>;
  /** DN19: hands running answers over first. DN49: at once, also one that runs already, so that `withinMs` is kept. */
  stop(withinMs?: number): Promise<void>;
  /** Stops after the answers that run. */
  finish(): void;
}

/** RP15 gives a hand-over five seconds; this is for a host that does not keep to it. */
const handOverDeadlineMs = 6_000;
/** Of a stop's deadline, what is left for ending the worker and for a timer that comes late. */
const freeMs = 100;
/** Past the longest answer of a slow route; who asks on and on does not hold a donor that wants to go. */
const finishDeadlineMs = 600_000;

/** `startAgain`: somebody pressed Start while chats were handed over. */
export function createLeaving(life: Life, display: Display, startAgain: (again: Again) => void): Leaving {
  const { clock, coordinator, manners, tally } = life.options;

  /** Makes everything void that the run still does. */
  const endRun = (): void => {
    if (life.run?.leaving.kind === "finishing") life.run.leaving.cancelDeadline();
    life.run?.abort.abort();
    life.run = null;
    manners.attend(false);
    tally.attend(false);
  };

  const unload = async (): Promise<void> => {
    display.rest();
    const was = life.serving;
    life.serving = null;
    was?.hosting?.close();
    coordinator.report({ donor: "none" });
    await Promise.all([was?.shard.close(), was?.draft?.close()]);
    was?.release();
  };

  const halt = async (): Promise<void> => {
    endRun();
    life.giveBack("stopped");
    await unload();
    // Unless it was started again meanwhile.
    if (life.run === null) life.set({ kind: "idle" });
  };

  const handOver = async (current: Run, hosting: Hosting, deadline: Deadline): Promise<void> => {
    await Promise.race([hosting.host.leave().catch(() => undefined), deadline.passed]);
    deadline.cancel();
    if (life.run !== current) return;
    const again = current.leaving.kind === "handing-over" ? current.leaving.again : null;
    await halt();
    if (again !== null) startAgain(again);
  };

  const stop = (withinMs = Number.POSITIVE_INFINITY): Promise<void> => {
    const { run } = life;
    const hosting = life.serving?.hosting ?? null;
    if (run === null || hosting === null) return halt();
    const handOverMs = Math.max(0, withinMs - freeMs);
    if (run.leaving.kind === "handing-over") {
      run.leaving.deadline.hurry(handOverMs);
      return run.leaving.done;
    }
    if (run.leaving.kind === "finishing") run.leaving.cancelDeadline();
    const deadline = createDeadline(clock, Math.min(handOverDeadlineMs, handOverMs));
    const done = handOver(run, hosting, deadline);
    run.leaving = { kind: "handing-over", deadline, done, again: null };
    display.refresh();
    return done;
  };

  return {
    unload,
    async fail(problem) {
      endRun();
      await unload();
      life.giveBack("stopped");
      life.set({ kind: "error", problem });
    },
    halt,
    stop,
    finish() {
      const { run } = life;
      if (run === null || run.leaving.kind !== "no") return;
      if (life.serving === null) {
        void halt();
        return;
      }
      run.leaving = { kind: "finishing", cancelDeadline: clock.after(finishDeadlineMs, () => void stop()) };
      display.refresh();
    },
  };
}
