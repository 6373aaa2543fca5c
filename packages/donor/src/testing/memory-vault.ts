import type { Unfinished, Vault } from "../asking/unfinished.ts";

export interface MemoryVault extends Vault {
  /** What is kept now; a test may put anything here. */
  record: unknown;
  readonly saved: readonly Unfinished[];
}

/** A vault that outlives tabs as long as a test holds it. `pause` is awaited in each write. */
export function createMemoryVault(pause: () => Promise<void> = async () => undefined): MemoryVault {
  const saved: Unfinished[] = [];
  const vault: MemoryVault = {
    record: undefined,
    saved,
    load: async () => vault.record,
    async save(record) {
      await pause();
      saved.push(record);
      // As IndexedDB keeps it: a copy.
      vault.record = structuredClone(record);
    },
    async clear() {
      await pause();
      vault.record = undefined;
    },
  };
  return vault;
}
