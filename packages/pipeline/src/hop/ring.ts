/** Who is next to whom in the ring of one session. */
import type { SessionControl, SessionFrames, TabId } from "@potluck/protocol";
import type { HopSession } from "./hop-session.ts";

type Place = Pick<HopSession, "route" | "hop">;

/** The tab that sends to this hop. */
export function before({ route, hop }: Place): TabId {
  return route.hops[hop - 1]?.tab ?? route.asker;
}

/** The tab that this hop sends to. */
export function after({ route, hop }: Place): TabId {
  return route.hops[hop + 1]?.tab ?? route.asker;
}

/** Every tab this hop exchanges frames with for a session, itself included when it is its own neighbour. */
export function neighbours(place: Place): ReadonlySet<TabId> {
  const { route, hop } = place;
  const tabs = [before(place), after(place)];
  if (hop === 0) tabs.push(route.hops.at(-1)?.tab ?? route.asker);
  if (hop === route.hops.length - 1) tabs.push(route.hops[0]?.tab ?? route.asker);
  return new Set(tabs);
}

/** A message about the session in its present turn. */
export function controlFrame(session: HopSession, message: SessionControl): SessionFrames {
  return {
    kind: "control",
    session: session.id,
    epoch: session.route.epoch,
    turn: session.state.kind === "open" ? session.state.turn.turn & 0xffff : 0,
    message,
  };
}
