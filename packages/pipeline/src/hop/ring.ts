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

/** Every tab that a hop, or who stands by for it, exchanges frames with: the asker, and its neighbours in the ring. */
export function neighbours(place: Place): ReadonlySet<TabId> {
  const { route, hop } = place;
  const tabs = [route.asker, before(place), after(place)];
  if (hop === 0) tabs.push(route.hops.at(-1)?.tab ?? route.asker);
  if (hop === route.hops.length - 1) tabs.push(route.hops[0]?.tab ?? route.asker);
  return new Set(tabs);
}

/** A message about the session in its present turn and epoch. */
export function controlFrame(
  session: Pick<HopSession, "id" | "route" | "state">,
  message: SessionControl,
): SessionFrames {
  return {
    kind: "control",
    session: session.id,
    epoch: session.route.epoch,
    turn: session.state.kind === "open" ? session.state.turn.turn & 0xffff : 0,
    message,
  };
}
