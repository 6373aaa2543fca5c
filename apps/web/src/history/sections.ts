import type { HistoryEntry } from "./history.ts";

export type SectionName = "pinned" | "today" | "week" | "earlier";

export interface Section {
  readonly name: SectionName;
  readonly entries: readonly HistoryEntry[];
}

const dayMs = 86_400_000;

/** The list in its parts, in their order, without empty ones. `midnightMs`: when the person's day began. */
export function sectionsOf(entries: readonly HistoryEntry[], midnightMs: number): Section[] {
  const nameOf = ({ pinned, usedAtMs }: HistoryEntry): SectionName => {
    if (pinned) return "pinned";
    if (usedAtMs >= midnightMs) return "today";
    return usedAtMs >= midnightMs - 6 * dayMs ? "week" : "earlier";
  };
  const names: readonly SectionName[] = ["pinned", "today", "week", "earlier"];
  return names
    .map((name) => ({ name, entries: entries.filter((each) => nameOf(each) === name) }))
    .filter((section) => section.entries.length > 0);
}
