import { expect, test } from "vitest";
import type { HistoryEntry } from "./history.ts";
import { sectionsOf } from "./sections.ts";

test("WB37 the list has its parts in order: pinned, of today, of the week, and before", () => {
  const day = 86_400_000;
  const midnight = 100 * day;
  const entry = (id: string, usedAtMs: number, pinned = false): HistoryEntry => ({
    id,
    title: id,
    pinned,
    usedAtMs,
    snippet: "",
  });
  const parts = sectionsOf(
    [entry("p", 1, true), entry("now", midnight), entry("late", midnight - 1), entry("old", midnight - 6 * day - 1)],
    midnight,
  );
  expect(parts.map(({ name, entries }) => [name, ...entries.map((each) => each.id)])).toEqual([
    ["pinned", "p"],
    ["today", "now"],
    ["week", "late"],
    ["earlier", "old"],
  ]);
  expect(sectionsOf([entry("now", midnight)], midnight)).toHaveLength(1);
});
