/** Why frames were dropped. Numbers only; for status pages and tests. */
export const dropReasons = [
  "unknown-session",
  "ended-session",
  "wrong-sender",
  "wrong-kind",
  "stale-epoch",
  "stale-turn",
  "replayed",
  "no-turn",
  "asker-gone",
  "too-early",
  "stale-guess",
] as const;
export type DropReason = (typeof dropReasons)[number];

export interface DropCounter {
  count(reason: DropReason): void;
  readonly drops: Readonly<Record<DropReason, number>>;
}

export function createDropCounter(): DropCounter {
  const drops = Object.fromEntries(dropReasons.map((reason) => [reason, 0])) as Record<DropReason, number>;
  return {
    drops,
    count(reason) {
      drops[reason] += 1;
    },
  };
}
