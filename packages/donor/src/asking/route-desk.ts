/** Gets a route from the coordinator, however long the queue is. */
import type { Clock } from "@potluck/link";
import {
  type ModelId,
  type Queued,
  randomId,
  type RequestId,
  type RouteReady,
  type SessionId,
  type UpAnswer,
} from "@potluck/protocol";
import type { Coordinator } from "../coordinator/coordinator.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";

export interface RouteWish {
  readonly modelId: ModelId;
  readonly contextTokens: number;
  readonly resume?: SessionId | undefined;
}

export interface RouteDesk {
  /** Throws a ProblemError, or the signal's reason once it aborts; the place in the queue is then given up. */
  get(wish: RouteWish, onQueued: (queued: Queued) => void, signal: AbortSignal): Promise<RouteReady>;
}

/** People leave a queue long before; a page left open must not stand in it for ever. */
const queueDeadlineMs = 600_000;

export function createRouteDesk(coordinator: Coordinator, clock: Clock): RouteDesk {
  const waiting = new Map<RequestId, { ready: (answer: RouteReady) => void; queued: (answer: Queued) => void }>();
  coordinator.on("route-ready", (answer) => {
    const waiter = waiting.get(answer.request);
    if (waiter !== undefined) waiter.ready(answer);
    // Stopped while the route was on its way: nobody will use it.
    else coordinator.call("settle", { session: answer.route.session, state: "ended" }).catch(() => undefined);
  });
  coordinator.on("queued", (answer) => waiting.get(answer.request)?.queued(answer));

  return {
    async get(wish, onQueued, signal) {
      const request = randomId() as RequestId;
      signal.throwIfAborted();
      let clean = (): void => undefined;
      try {
        return await new Promise<RouteReady>((resolve, reject) => {
          const cancelDeadline = clock.after(queueDeadlineMs, () => reject(new ProblemError(problems.queueTimeout())));
          const onAbort = (): void => reject(signal.reason);
          // A coordinator that was lost has forgotten the queue.
          const unsubscribe = coordinator.connection.subscribe(({ kind }) => {
            if (kind === "offline") reject(new ProblemError(problems.serverGone()));
          });
          clean = () => {
            cancelDeadline();
            signal.removeEventListener("abort", onAbort);
            unsubscribe();
            waiting.delete(request);
          };
          signal.addEventListener("abort", onAbort, { once: true });
          waiting.set(request, { ready: resolve, queued: onQueued });
          const ask = async (): Promise<UpAnswer<"request-route">> => {
            await coordinator.reach();
            signal.throwIfAborted();
            return await coordinator.call("request-route", { request, ...wish });
          };
          ask().then((answer) => {
            if (answer.status === "ready") resolve(answer);
            else if (answer.status === "queued") onQueued(answer);
            else reject(new ProblemError(problems.refused(answer)));
          }, reject);
        });
      } catch (error) {
        coordinator.call("cancel-route", { request }).catch(() => undefined);
        throw error;
      } finally {
        clean();
      }
    },
  };
}
