/** Where in a group of type `G` a session's positions are. */
export interface GroupPlace<G> {
  readonly group: G;
  readonly slot: number;
  /** How many positions of the slot are the session's. */
  readonly length: number;
}

/** What a group knows of a session's cache. */
export interface GroupMember<G> {
  /** Null while its positions are its own. */
  readonly place: GroupPlace<G> | null;
  /** Takes its positions back out of its group, if it is in one. A `RangeError` says that there is no memory for them. */
  leave(): void;
}

/** The group that all members are in, if they are in one. */
export function sharedGroup<G>(members: readonly GroupMember<G>[]): G | null {
  const group = members[0]?.place?.group ?? null;
  return members.every(({ place }) => place !== null && place.group === group) ? group : null;
}

/** By slot, how many positions it must not lose; a run writes the next one, whether the slot idles or not. */
export function lengthsIn<G>(group: G, members: readonly GroupMember<G>[]): readonly number[] {
  return members.map(({ place }) => (place?.group === group ? place.length : 0));
}

/**
 * Once a member has left: sessions that rest do not keep a group alive most of whose slots are empty, since no run goes on
 * in it and its memory is in nobody's budget.
 */
export function dissolveIfSparse<G>(group: G, members: readonly GroupMember<G>[]): void {
  const inPlace = members.filter(({ place }) => place?.group === group);
  if (2 * inPlace.length >= members.length) return;
  for (const member of inPlace)
    try {
      member.leave();
    } catch (error) {
      // Whoever left is not to blame; this one rests on where it is.
      if (!(error instanceof RangeError)) throw error;
    }
}

/**
 * Whether `running` of a group's sessions, the longest of `longest` positions, should go on in it: not when most slots would
 * idle, nor when one that idles would make the run longer.
 */
export function goesOn(lengths: readonly number[], running: number, longest: number): boolean {
  return lengths.length <= 2 * running && Math.max(...lengths) <= longest;
}
