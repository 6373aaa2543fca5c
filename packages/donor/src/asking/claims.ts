/** What the coordinator should know about this tab's chats: kept here, because a restarted coordinator knows nothing. */
import type { Route, SessionId, TabId } from "@potluck/protocol";
import type { Coordinator } from "../coordinator/coordinator.ts";

export interface Claims {
  /** The route as it stands; told now, and again at every welcome until `forget`. */
  claim(route: Route, state: "active" | "idle", lost: readonly TabId[]): void;
  /** The same, about what the coordinator knows already: told only at a welcome. */
  note(route: Route, state: "active" | "idle"): void;
  /** The chat is over. */
  forget(session: SessionId): void;
  /** Null for a chat that is over, or not this tab's. */
  route(session: SessionId): Route | null;
  /** Tells it again, for whatever the coordinator believes now. */
  repeat(session: SessionId): void;
}

/** As many as fit a claim; the oldest of more were forgotten by everybody. */
const keptLost = 256;

interface Known {
  readonly route: Route;
  readonly state: "active" | "idle";
  /** All that were lost and that the coordinator has not heard of for certain. */
  readonly lost: readonly TabId[];
}

export function createClaims(coordinator: Coordinator): Claims {
  const known = new Map<SessionId, Known>();

  const tell = (claim: Known): void => {
    const { session } = claim.route;
    coordinator.call("claim", claim).then(
      (answer) => {
        if (answer.status === "taken" && known.get(session) === claim) known.set(session, { ...claim, lost: [] });
      },
      // It hears it at the next welcome.
      () => undefined,
    );
  };

  coordinator.onWelcome(() => {
    for (const claim of known.values()) tell(claim);
  });

  return {
    claim(route, state, lost) {
      const present = new Set(route.hops.flatMap((hop) => [hop.tab, ...hop.standbys]));
      const all = new Set([...(known.get(route.session)?.lost ?? []), ...lost]);
      const claim = { route, state, lost: [...all].filter((tab) => !present.has(tab)).slice(-keptLost) };
      known.set(route.session, claim);
      tell(claim);
    },
    note(route, state) {
      known.set(route.session, { route, state, lost: known.get(route.session)?.lost ?? [] });
    },
    forget: (session) => void known.delete(session),
    route: (session) => known.get(session)?.route ?? null,
    repeat(session) {
      const claim = known.get(session);
      if (claim !== undefined) tell(claim);
    },
  };
}
