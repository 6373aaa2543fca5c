import type { Clock } from "@potluck/link";
import { type ModelId, modelIdSchema } from "@potluck/protocol";
import * as v from "valibot";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import { ownModelName, type WindowLocks } from "./window-locks.ts";

/** A BroadcastChannel: to all other windows of this browser. */
export interface WindowChannel {
  postMessage(message: unknown): void;
  addEventListener(type: "message", receive: (event: { readonly data: unknown }) => void): void;
}

export interface OwnModelTurn {
  /**
   * The right to load the model whole for this window alone, until what comes back is called. Calls `onWait` once if another
   * window has it now. Rejects when `signal` aborts, and with a ProblemError when it does not come free in time.
   */
  take(modelId: ModelId, signal: AbortSignal, onWait?: () => void): Promise<() => void>;
}

export interface OwnModelTurnOptions {
  readonly windows: WindowLocks;
  readonly channel: WindowChannel | null;
  readonly clock: Clock;
  /** Another window wants it: it is to be unloaded, after the answer that runs. */
  readonly asked: (modelId: ModelId) => void;
}

/** Whoever holds it may have missed the question, or have an answer to finish. */
const askAgainMs = 1000;
/** Past the longest answer that somebody would wait for; a window that the browser has frozen gives nothing back. */
const deadlineMs = 600_000;

const wishSchema = v.object({ want: modelIdSchema });

/** DN41: a model that is loaded whole for one window is not loaded for another at the same time. */
export function createOwnModelTurn({ windows, channel, clock, asked }: OwnModelTurnOptions): OwnModelTurn {
  channel?.addEventListener("message", ({ data }) => {
    const parsed = v.safeParse(wishSchema, data);
    if (parsed.success) asked(parsed.output.want);
  });
  return {
    async take(modelId, signal, onWait) {
      let sinceMs: number | null = null;
      for (;;) {
        signal.throwIfAborted();
        const release = await windows.tryHold(ownModelName(modelId));
        if (release !== null) return release;
        if (sinceMs === null) {
          sinceMs = clock.now();
          onWait?.();
        } else if (clock.now() - sinceMs >= deadlineMs) throw new ProblemError(problems.heldByWindow());
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel of this origin, not a window
        channel?.postMessage({ want: modelId });
        await new Promise<void>((resolve) => {
          const cancel = clock.after(askAgainMs, done);
          function done(): void {
            cancel();
            signal.removeEventListener("abort", done);
            resolve();
          }
          signal.addEventListener("abort", done);
        });
      }
    },
  };
}
