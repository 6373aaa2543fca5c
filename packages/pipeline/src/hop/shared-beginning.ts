/** Chats that begin alike, as under one system prompt, compute that beginning once (PX). */
import type { Share } from "@potluck/protocol";
import { type HopSession, isFirst, isLast } from "./hop-session.ts";
import { after, before, controlFrame } from "./ring.ts";
import type { Steps } from "./session-steps.ts";

/** Copying fewer rows saves less than asking the hops costs. */
const leastRows = 32;

interface Found {
  readonly session: HopSession;
  readonly length: number;
}

/**
 * PX1, on the first hop: takes another session's rows for the beginning of a new one. Returns the ids that still have to be
 * run; none as long as more of a beginning that is shared so far may come.
 */
export async function shareBeginning(session: HopSession, ids: readonly number[], steps: Steps): Promise<number[]> {
  const { state, flight } = session;
  if (state.kind !== "open" || state.length > 0 || ids.length === 0) return [...ids];
  flight.opening.push(...ids);
  const begun = flight.opening;
  const found = longestBeginning(session, begun, steps.sessions());
  const isWhole = session.tokens.known >= state.turn.promptTokens;
  if (found !== null && found.length === begun.length && !isWhole) return [];
  flight.opening = [];
  // The last row of a prompt is always run: it gives the first token.
  const length = Math.min(found?.length ?? 0, state.turn.promptTokens - 1);
  if (found === null || length < leastRows || !(await copied(session, found.session, length, steps))) return begun;
  flight.rowIds.push(...begun.slice(0, length));
  if (!isLast(session)) passOn(session, found.session, length, steps);
  return begun.slice(length);
}

/** PX1, on a hop in the middle or the last one: the hop before says whose rows the first ones are. */
export async function takeShare(session: HopSession, { like, length }: Share, steps: Steps): Promise<void> {
  const { state } = session;
  if (state.kind !== "open") return;
  const other = steps.sessions().find(({ id }) => id === like);
  const may = state.length === 0 && length < state.turn.promptTokens;
  if (may && other !== undefined && length <= shareable(session, other)) {
    const done = await copied(session, other, length, steps);
    if (done && !isLast(session)) passOn(session, other, length, steps);
  }
  // Read anew: a copy takes time. An answer is due in any case, since nothing is sent before.
  const now = session.state;
  if (now.kind === "open") {
    steps.tell(session, before(session), controlFrame(session, { type: "have", length: now.length }));
  }
}

/** PX2, PX3: how many rows of the other session are certain and came the same way. */
function shareable(session: HopSession, other: HopSession): number {
  const { state } = other;
  if (other === session || state.kind !== "open" || other.sendLimit !== Number.POSITIVE_INFINITY) return 0;
  if (!isFirst(session) && before(other) !== before(session)) return 0;
  if (isLast(other) !== isLast(session)) return 0;
  const logged = isLast(other) ? state.length : other.onward.length;
  return Math.min(state.length, logged, state.turn.promptTokens);
}

function longestBeginning(session: HopSession, ids: readonly number[], others: readonly HopSession[]): Found | null {
  let best: Found | null = null;
  for (const other of others) {
    const { rowIds } = other.flight;
    const most = Math.min(ids.length, rowIds.length, shareable(session, other));
    let length = 0;
    while (length < most && rowIds[length] === ids[length]) length += 1;
    if (length > (best?.length ?? 0)) best = { session: other, length };
  }
  return best;
}

async function copied(session: HopSession, other: HopSession, length: number, { runner }: Steps): Promise<boolean> {
  const { epoch } = session.route;
  try {
    await runner.copyPositions(other.id, session.id, length);
  } catch {
    // The other session may have ended meanwhile. What could not be copied is computed.
    return false;
  }
  if (session.state.kind !== "open" || session.route.epoch !== epoch) return false;
  session.state = { ...session.state, length };
  session.plainTo = length;
  return true;
}

function passOn(session: HopSession, other: HopSession, length: number, { tell }: Steps): void {
  session.onward.copy(other.onward, length);
  tell(session, after(session), controlFrame(session, { type: "share", like: other.id, length }));
}
