import type { TabId } from "@potluck/protocol";

/** Names of tabs in the picture of the swarm: random, and new with every coordinator, so that they tell nothing. */
export class ViewNames {
  readonly #randomId: () => string;
  readonly #names = new Map<TabId, string>();
  readonly #taken = new Set<string>();

  constructor(randomId: () => string) {
    this.#randomId = randomId;
  }

  of(tab: TabId): string {
    const known = this.#names.get(tab);
    if (known !== undefined) return known;
    let name: string;
    do name = this.#randomId().slice(-8);
    while (this.#taken.has(name));
    this.#names.set(tab, name);
    this.#taken.add(name);
    return name;
  }

  /** Forgets all but these. */
  keep(isHere: (tab: TabId) => boolean): void {
    for (const [tab, name] of this.#names) {
      if (isHere(tab)) continue;
      this.#names.delete(tab);
      this.#taken.delete(name);
    }
  }
}
