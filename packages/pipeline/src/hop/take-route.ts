/** What a hop does with a new epoch of its session's route. */
import type { FailureReason, Reroute, TabId } from "@potluck/protocol";
import { certainRows, type HopSession } from "./hop-session.ts";
import { before, controlFrame } from "./ring.ts";
import type { SessionBook } from "./session-book.ts";
import { resend, type Steps, takeTurn, tellProgress } from "./session-steps.ts";

export interface TakeRouteContext {
  readonly self: TabId;
  readonly book: SessionBook;
  readonly steps: Steps;
  /** Work on a session is done in the order in which it came. */
  readonly enqueue: (session: HopSession, work: () => Promise<void>) => void;
  readonly linkUp: (session: HopSession) => void;
  readonly fail: (session: HopSession, reason: FailureReason, detail: string) => void;
  /** PL15. */
  readonly reserved: (session: HopSession, contextTokens: number) => Promise<boolean>;
}

/** RP1. The caller has seen that the asker sent it, and that its epoch is a higher one. */
export function takeRoute(session: HopSession, { route, turn, certain }: Reroute, context: TakeRouteContext): void {
  const { self, book, steps, enqueue, fail } = context;
  const { range: mine } = steps.runner;
  const hop = route.hops.findIndex(({ tab }) => tab === self);
  const standsBy = hop === -1 ? route.hops.findIndex(({ standbys }) => standbys.includes(self)) : -1;
  // RP14.
  if (hop === -1 && standsBy === -1) return book.finish(session);
  const at = Math.max(hop, standsBy);
  const range = route.hops[at]?.range;
  if (range?.from !== mine.from || range.to !== mine.to) {
    return fail(session, "bad-frame", `layers ${range?.from}–${range?.to} are not this shard's`);
  }
  // How much of this shard may be used is the coordinator's to say.
  session.route = { ...route, contextTokens: session.route.contextTokens, leaseMs: session.route.leaseMs };
  session.takenEpoch = route.epoch;
  session.hop = at;
  session.askerGone = false;
  session.onward.hold();
  // SD4. At once, because the next hop may ask for rows before the turn is taken here.
  const { state } = session;
  const goesOn = state.kind === "open" && state.turn.turn === turn?.turn;
  const limit = goesOn ? certainRows(session, certain) : Math.min(certain, turn?.base ?? 0);
  // An epoch before this one may wait to be taken still, and the log hold less for that.
  session.sendLimit = Math.min(session.sendLimit, limit);
  session.onward.restart(session.sendLimit);
  session.announced.clear();
  session.guesser.rerouted();
  book.renewLease(session);
  context.linkUp(session);
  const isCurrent = (): boolean => session.state.kind !== "over" && session.route.epoch === route.epoch;
  if (hop === -1) return enqueue(session, () => standBy(session, isCurrent, steps));
  if (session.state.kind === "standby") session.state = { kind: "admitted" };
  enqueue(session, async () => {
    if (!isCurrent()) return;
    if (turn !== null) {
      const isReserved = await context.reserved(session, turn.contextTokens);
      if (!isCurrent()) return;
      if (!isReserved) {
        return fail(session, "context-full", `the coordinator never reserved ${turn.contextTokens} positions`);
      }
      await takeTurn(session, turn, session.sendLimit, steps);
      if (!isCurrent()) return;
    }
    // RP2.
    const length = session.state.kind === "open" ? session.state.length : 0;
    steps.tell(session, before(session), controlFrame(session, { type: "have", length }));
    tellProgress(session, steps.tell);
    resend(session, steps);
  });
}

/** Another tab is the hop now, and this one may be put in its place again. */
async function standBy(session: HopSession, isCurrent: () => boolean, { runner }: Steps): Promise<void> {
  if (!isCurrent() || session.state.kind === "standby") return;
  session.state = { kind: "standby" };
  session.onward.clear();
  session.guesser.close();
  await runner.closeSession(session.id);
}
