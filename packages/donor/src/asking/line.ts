/** The coordinator's queue as one who waits in it sees it: a place is taken again after the coordinator was away. */
import type { Clock } from "@potluck/link";
import {
  type Queued,
  randomId,
  type Refusal,
  type RequestId,
  type Route,
  type RouteReady,
  type UpAnswer,
} from "@potluck/protocol";
import type { Coordinator } from "../coordinator/coordinator.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";

export interface Place {
  /** Asks under this request's id; called again whenever the coordinator may have forgotten the question. */
  ask(request: RequestId): Promise<UpAnswer<"request-route">>;
  onQueued(queued: Queued): void;
  /** Longest that the coordinator may be away, in ms; null for any time. */
  readonly awayMs: number | null;
  /** False: a coordinator that was not there from the start is told at once. */
  readonly patient: boolean;
  /** Refusals that pass by themselves, so that it is asked again. */
  readonly passing: readonly Refusal["reason"][];
}

export interface Line {
  /** Throws a ProblemError, or the signal's reason once it aborts; the place is then given up. */
  wait(place: Place, signal: AbortSignal): Promise<RouteReady>;
}

/** Between two questions to a coordinator that is there and could not answer. */
const askAgainMs = 2000;

/** `onLate` gets a route for which nobody waits any more: it was given up while the route was on its way. */
export function createLine(coordinator: Coordinator, clock: Clock, onLate: (route: Route) => void): Line {
  const waiting = new Map<RequestId, { ready: (answer: RouteReady) => void; queued: (answer: Queued) => void }>();
  coordinator.on("route-ready", (answer) => {
    const waiter = waiting.get(answer.request);
    if (waiter === undefined) onLate(answer.route);
    else waiter.ready(answer);
  });
  coordinator.on("queued", (answer) => waiting.get(answer.request)?.queued(answer));

  return {
    async wait(place, signal) {
      signal.throwIfAborted();
      const request = randomId() as RequestId;
      let clean = (): void => undefined;
      try {
        return await new Promise<RouteReady>((resolve, reject) => {
          let isAsking = false;
          let wasThere = place.patient;
          let cancelAway: (() => void) | null = null;
          let cancelAgain = (): void => undefined;

          const heard = (): void => {
            cancelAway?.();
            cancelAway = null;
          };
          const missed = (error: unknown): void => {
            const connection = coordinator.connection.getState();
            // In its own words: it may be the wrong version, not gone.
            if (!wasThere) return reject(connection.kind === "offline" ? new ProblemError(connection.problem) : error);
            if (place.awayMs !== null) cancelAway ??= clock.after(place.awayMs, () => reject(error));
          };
          const again = (): void => {
            cancelAgain();
            cancelAgain = clock.after(askAgainMs, ask);
          };
          const answered = (answer: UpAnswer<"request-route">): void => {
            if (!waiting.has(request)) return answer.status === "ready" ? onLate(answer.route) : undefined;
            heard();
            if (answer.status === "ready") resolve(answer);
            else if (answer.status === "queued") place.onQueued(answer);
            else if (place.passing.includes(answer.reason)) again();
            else reject(new ProblemError(problems.refused(answer)));
          };
          const ask = (): void => {
            if (isAsking) return;
            isAsking = true;
            place
              .ask(request)
              .finally(() => (isAsking = false))
              .then(answered, (error: unknown) => {
                if (!waiting.has(request)) return;
                if (!(error instanceof ProblemError) || error.problem.code !== "server-gone") return reject(error);
                missed(error);
                // One that is there but silent; one that is away is asked at its welcome.
                if (coordinator.connection.getState().kind === "online") again();
              })
              .catch(reject);
          };
          const look = (connection: ReturnType<Coordinator["connection"]["getState"]>): void => {
            if (connection.kind === "online") wasThere = true;
            if (connection.kind !== "offline" || !wasThere) return;
            // No time mends a wrong version.
            if (connection.problem.code !== "server-gone") return reject(new ProblemError(connection.problem));
            missed(new ProblemError(connection.problem));
          };

          const onAbort = (): void => reject(signal.reason);
          const unsubscribe = coordinator.connection.subscribe(look);
          const unwelcome = coordinator.onWelcome(ask);
          clean = () => {
            signal.removeEventListener("abort", onAbort);
            unsubscribe();
            unwelcome();
            heard();
            cancelAgain();
            waiting.delete(request);
          };
          signal.addEventListener("abort", onAbort, { once: true });
          waiting.set(request, {
            ready: resolve,
            queued(answer) {
              heard();
              place.onQueued(answer);
            },
          });
          if (coordinator.connection.getState().kind === "online") wasThere = true;
          ask();
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
