import { refuse, type Status, type TabId, type Taken } from "@potluck/protocol";
import { readableChats } from "../route/readable-chats.ts";
import type { SwarmCore } from "./core.ts";
import { loseHops, release } from "./departures.ts";
import type { Emit } from "./effect.ts";

/** A tab says how it is. One that reports on a segment which it does not hold (any more) is refused, so that it asks again. */
export function takeHeartbeat(core: SwarmCore, tab: TabId, status: Status, nowMs: number, emit: Emit): Taken {
  const entry = core.roster.tab(tab);
  if (entry === undefined)
    return refuse("not-admitted", "The coordinator does not know this tab any more. Say hello again.");
  entry.heardMs = nowMs;
  const { donor } = entry;
  const notHeld = (): Taken =>
    refuse("not-admitted", "The coordinator gave this tab's segment away. Ask to donate again.");
  switch (status.donor) {
    case "none":
      // A heartbeat may cross the assignment; only a tab that was ready has given something up.
      if (donor.kind === "ready") release(core, entry, emit);
      return { status: "taken" };
    case "failed":
      release(core, entry, emit);
      return { status: "taken" };
    case "loading":
      if (donor.kind === "none") return notHeld();
      if (donor.kind === "ready") {
        loseHops(core, entry, emit);
        core.roster.setDonor(entry, { kind: "loading", grant: donor.grant, sinceMs: nowMs });
      }
      return { status: "taken" };
    case "ready": {
      if (donor.kind === "none") return notHeld();
      const { stepMs, pace } = status;
      const sinceMs = donor.kind === "ready" ? donor.sinceMs : nowMs;
      const now = { kind: "ready" as const, grant: donor.grant, sinceMs, stepMs, pace };
      // Only the speed changed: nobody in the queue gains by it, unless the tab was as full as it may be for that.
      if (donor.kind === "ready" && donor.pace === pace) {
        const before = readableChats(donor.stepMs, core.limits.patienceMs);
        if (entry.active >= before && readableChats(stepMs, core.limits.patienceMs) > before)
          core.roster.changed.add(donor.grant.model.id);
        entry.donor = now;
      } else core.roster.setDonor(entry, now);
      return { status: "taken" };
    }
    default:
      return status satisfies never;
  }
}
