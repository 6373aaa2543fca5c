/**
 * Budgets in MB that place the demo model on one, two and three tabs, with room for a 512-token prompt, and its draft beside the
 * first layers.
 */
const demoBudgets: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [60]],
  [2, [20, 14]],
  [3, [20, 8, 8]],
]);

/** For the demo model. Throws for a number of tabs that nothing is known for. */
export function budgetsFor(tabs: number): readonly number[] {
  const budgets = demoBudgets.get(tabs);
  if (budgets === undefined) throw new Error(`no budgets are known for ${tabs} tabs`);
  return budgets;
}
