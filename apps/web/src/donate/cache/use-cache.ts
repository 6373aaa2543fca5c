import type { CachedModel } from "@potluck/donor";
import type { ModelId } from "@potluck/protocol";
import { useCallback, useEffect, useState } from "react";
import { useStore } from "zustand";
import { usePage } from "../../app/page.ts";

export type Kept =
  | { readonly kind: "looking" | "failed" }
  | { readonly kind: "known"; readonly models: readonly CachedModel[]; readonly quotaBytes: number | null };

/** `leftBytes`: what other kept models need too, and stays until the last of them is deleted. */
export interface Removed {
  readonly isRemoved: boolean;
  readonly leftBytes: number;
}

/** What this browser keeps of models; looked up anew when the donation's state changes, and after something was deleted. */
export function useCache(): readonly [Kept, (modelId: ModelId) => Promise<Removed>] {
  const { tab } = usePage();
  const doing = useStore(tab.donation.state, ({ kind }) => kind);
  // Who is known to have what is asked once the swarm's models are told.
  const told = useStore(tab.swarm, (swarm) => swarm?.models.map(({ id }) => id).join(" ") ?? null);
  const [kept, setKept] = useState<Kept>({ kind: "looking" });
  const { cache } = tab.donation;

  const look = useCallback(async (): Promise<Kept> => {
    try {
      const [models, quotaBytes] = await Promise.all([cache.list(), quota()]);
      return { kind: "known", models, quotaBytes };
    } catch {
      return { kind: "failed" };
    }
  }, [cache]);

  useEffect(() => {
    let here = true;
    void look().then((found) => here && setKept(found));
    return () => {
      here = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each of them may change what is kept, or known of it
  }, [look, doing, told]);

  const remove = async (modelId: ModelId): Promise<Removed> => {
    const isRemoved = await cache.remove(modelId);
    const found = await look();
    setKept(found);
    const left = found.kind === "known" ? found.models.find((model) => model.modelId === modelId) : undefined;
    return { isRemoved, leftBytes: left?.bytes ?? 0 };
  };
  return [kept, remove];
}

/** Null where the browser does not tell. */
async function quota(): Promise<number | null> {
  const { storage } = navigator as { readonly storage?: StorageManager };
  return (await storage?.estimate().catch(() => null))?.quota ?? null;
}
