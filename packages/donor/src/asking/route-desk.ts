/** Gets a route for a chat from the coordinator, however long the queue is. */
import type { Clock } from "@potluck/link";
import type { ModelId, Queued, RouteReady, SessionId } from "@potluck/protocol";
import type { Coordinator } from "../coordinator/coordinator.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import type { Line } from "./line.ts";

export interface RouteWish {
  readonly modelId: ModelId;
  readonly contextTokens: number;
  readonly resume?: SessionId | undefined;
}

export interface RouteDesk {
  /**
   * Throws a ProblemError, or the signal's reason once it aborts; the place in the queue is then given up. With `patient` a
   * coordinator that is away from the start is waited for, too.
   */
  get(
    wish: RouteWish,
    onQueued: (queued: Queued) => void,
    signal: AbortSignal,
    options?: { readonly patient: boolean },
  ): Promise<RouteReady>;
}

/** People leave a queue long before; a page left open must not stand in it for ever. */
const queueDeadlineMs = 600_000;
/** A restart takes seconds. Whoever sees the same place for a minute should know that nobody is there. */
const awayMs = 60_000;

export function createRouteDesk(coordinator: Coordinator, line: Line, clock: Clock): RouteDesk {
  return {
    async get(wish, onQueued, signal, { patient } = { patient: false }) {
      const late = new AbortController();
      const either = AbortSignal.any([signal, late.signal]);
      const cancelDeadline = clock.after(queueDeadlineMs, () => late.abort(new ProblemError(problems.queueTimeout())));
      try {
        return await line.wait(
          {
            async ask(request) {
              await coordinator.reach();
              either.throwIfAborted();
              return await coordinator.call("request-route", { request, ...wish });
            },
            onQueued,
            awayMs,
            patient,
            passing: [],
          },
          either,
        );
      } finally {
        cancelDeadline();
      }
    },
  };
}
