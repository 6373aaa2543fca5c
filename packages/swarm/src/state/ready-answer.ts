import type { RequestId, RouteReady } from "@potluck/protocol";
import { legsOf } from "../view/legs.ts";
import type { SwarmCore } from "./core.ts";
import { routeOf, type Session } from "./session.ts";

/** The answer to a request whose session runs. The asker knows the session's standbys from it. */
export function readyAnswer(
  { limits, atlas }: SwarmCore,
  session: Session,
  request: RequestId,
  resumed: boolean,
): RouteReady {
  const route = routeOf(session, limits.leaseMs);
  session.told = route.hops;
  return { status: "ready", request, route, resumed, legsMs: legsOf(route, atlas) };
}
