import type { RequestId, RouteReady } from "@potluck/protocol";
import { routeOf, type Session } from "./session.ts";

/** The answer to a request whose session runs. The asker knows the session's standbys from it. */
export function readyAnswer(session: Session, request: RequestId, leaseMs: number, resumed: boolean): RouteReady {
  const route = routeOf(session, leaseMs);
  session.told = route.hops;
  return { status: "ready", request, route, resumed };
}
