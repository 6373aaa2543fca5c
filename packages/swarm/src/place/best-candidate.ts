import type { Candidate } from "./candidates.ts";

/** Lifts that differ by less than this share count as equal: a whole gap is worth more than one layer's norm. */
const liftSlack = 0.1;
/** As much more may be given up for a range that somebody holds exactly: a hop with a standby survives its tab. */
const doubleSlack = 0.25;

/** What a tab should hold of one model; undefined when there is no candidate. Drafts are not weighed here (SW32). */
export function bestCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  const most = Math.max(...candidates.map(({ liftBytes }) => liftBytes));
  const isNear = ({ liftBytes, doubles }: Candidate): boolean =>
    liftBytes >= most * (1 - (doubles ? doubleSlack : liftSlack));
  return candidates.filter(isNear).toSorted(compareNodes)[0];
}

/** Below 0 when `a` is the better segment of one model. The order of the lines is the order of importance. */
function compareNodes(a: Candidate, b: Candidate): number {
  return (
    b.cachedBytes - a.cachedBytes ||
    Number(b.doubles) - Number(a.doubles) ||
    a.gapsLeft - b.gapsLeft ||
    b.missingBytes - a.missingBytes ||
    b.liftBytes - a.liftBytes ||
    b.node.weightBytes - a.node.weightBytes ||
    a.node.from - b.node.from
  );
}
