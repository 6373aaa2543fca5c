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
 * Whether `running` of a group's sessions, the longest of `longest` positions, should go on in it: not when most slots would
 * idle, nor when one that idles would make the run longer.
 */
export function goesOn(lengths: readonly number[], running: number, longest: number): boolean {
  return lengths.length <= 2 * running && Math.max(...lengths) <= longest;
}
