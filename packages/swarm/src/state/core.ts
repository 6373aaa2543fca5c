import type { Atlas } from "../near/atlas.ts";
import type { Pulse } from "../view/pulse.ts";
import type { Gifts } from "./gifts.ts";
import type { Ledger } from "./ledger.ts";
import type { Roster } from "./roster.ts";
import type { SwarmLimits } from "./swarm-limits.ts";
import type { WaitingLine } from "./waiting-line.ts";

/** The parts of the swarm's state, for the functions that change several at once. */
export interface SwarmCore {
  readonly roster: Roster;
  readonly ledger: Ledger;
  readonly line: WaitingLine;
  readonly atlas: Atlas;
  readonly pulse: Pulse;
  readonly gifts: Gifts;
  readonly limits: SwarmLimits;
}
