import { memoryPieceStore } from "../fetch/memory-store.ts";
import type { PieceStore } from "../fetch/piece-store.ts";
import { StoreError } from "../fetch/store-error.ts";
import { cachePieceStore } from "./cache-store.ts";
import { opfsPieceStore } from "./opfs-store.ts";

/**
 * The best piece store that this browser has (MO38): its private file system, else Cache Storage, else one that keeps
 * nothing and answers every put with `full`, so that a load reports it and goes on. In a worker writes are faster.
 */
export async function browserPieceStore(
  open: readonly (() => Promise<PieceStore>)[] = [() => opfsPieceStore(), () => cachePieceStore()],
): Promise<PieceStore> {
  for (const attempt of open) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }
  return memoryPieceStore({ limitBytes: 0, label: "This browser keeps nothing for this site, so its storage" });
}
