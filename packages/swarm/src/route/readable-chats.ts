/** Assumed ms of a step on a tab that has measured none: about a small segment on a laptop. */
export const unmeasuredStepMs = 20;
/** However slow a tab is, this many chats may share it rather than wait. */
const leastActive = 4;

/** How many chats may take turns on a tab of this step, in ms (0: unmeasured), so that each has a token every `patienceMs`. */
export function readableChats(stepMs: number, patienceMs: number): number {
  return Math.max(leastActive, Math.floor(patienceMs / (stepMs || unmeasuredStepMs)));
}
