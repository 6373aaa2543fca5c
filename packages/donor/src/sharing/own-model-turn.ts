import type { Clock } from "@potluck/link";
import { type ModelId, modelIdSchema } from "@potluck/protocol";
import * as v from "valibot";
import { ownModelName, type WindowLocks } from "./window-locks.ts";

/** A BroadcastChannel: to all other windows of this browser. */
export interface WindowChannel {
  postMessage(message: unknown): void;
  addEventListener(type: "message", receive: (event: { readonly data: unknown }) => void): void;
}

export interface OwnModelTurn {
  /** The right to load the model whole for this window alone, until what comes back is called. Rejects when `signal` aborts. */
  take(modelId: ModelId, signal: AbortSignal): Promise<() => void>;
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

const wishSchema = v.object({ want: modelIdSchema });

/** DN41: a model that is loaded whole for one window is not loaded for another at the same time. */
export function createOwnModelTurn({ windows, channel, clock, asked }: OwnModelTurnOptions): OwnModelTurn {
  channel?.addEventListener("message", ({ data }) => {
    const parsed = v.safeParse(wishSchema, data);
    if (parsed.success) asked(parsed.output.want);
  });
  return {
    async take(modelId, signal) {
      for (;;) {
        signal.throwIfAborted();
        const release = await windows.tryHold(ownModelName(modelId));
        if (release !== null) return release;
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
