/** Memory budgets in MB, one a donor, that place a model on so many tabs. */
export interface Budgets {
  readonly tabsMb: readonly number[];
  /**
   * Of one more donor that then takes the place of the first, and has room for a draft beside the same layers: alone it would
   * have taken more layers instead. Null where the first has room anyway.
   */
  readonly withDraftMb: number | null;
}

/** For the demo model, with room for a 512-token prompt. */
const demoBudgets: ReadonlyMap<number, Budgets> = new Map([
  [1, { tabsMb: [60], withDraftMb: null }],
  [2, { tabsMb: [14, 14], withDraftMb: 20 }],
  [3, { tabsMb: [14, 8, 8], withDraftMb: 20 }],
]);

/** For the demo model. Throws for a number of tabs that nothing is known for. */
export function budgetsFor(tabs: number): Budgets {
  const budgets = demoBudgets.get(tabs);
  if (budgets === undefined) throw new Error(`no budgets are known for ${tabs} tabs`);
  return budgets;
}
