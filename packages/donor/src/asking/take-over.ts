import type { SessionState } from "@potluck/pipeline";
import type { Route, TabId } from "@potluck/protocol";

/**
 * Changes of the route that an earlier page may have sent without having saved or claimed them: it was interrupted. Far more
 * than could be in the milliseconds between, for a hop takes only a higher epoch than its own.
 */
const unheardEpochs = 16;

/** What this page takes a session over with; null when it is not the session that was left, or not this tab's. */
export function takeOver(left: SessionState, granted: Route, self: TabId): SessionState | null {
  if (left.route.session !== granted.session || left.route.asker !== self || granted.asker !== self) return null;
  // Saved and claimed at the same time; either may be the newer.
  const newest = granted.epoch > left.route.epoch ? granted : left.route;
  return { ...left, route: { ...newest, epoch: newest.epoch + unheardEpochs } };
}
