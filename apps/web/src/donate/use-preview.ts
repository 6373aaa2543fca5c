import type { DonationPreview, Problem } from "@potluck/donor";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { problemOf } from "../tab/page-error.ts";

export type Preview =
  | { readonly kind: "asking" }
  | { readonly kind: "known"; readonly preview: DonationPreview }
  | { readonly kind: "problem"; readonly problem: Problem };

/** A person still typing a number asks for nothing; short enough to feel immediate. */
const settleMs = 200;

/** What Start would load with this budget; asked again when the budget, the connection, the models that it may serve or `enabled` changes. */
export function usePreview(budgetBytes: number | null, enabled: boolean): Preview {
  const { tab, preferences } = usePage();
  const models = useStore(preferences.store, (p) => p.rules.models);
  const online = useStore(tab.connection, (c) => c.kind === "online");
  const [preview, setPreview] = useState<Preview>({ kind: "asking" });
  useEffect(() => {
    if (!enabled || !online || budgetBytes === null) return undefined;
    let current = true;
    const timer = setTimeout(() => {
      tab.donation.preview(budgetBytes).then(
        (known) => current && setPreview({ kind: "known", preview: known }),
        (error: unknown) => current && setPreview({ kind: "problem", problem: problemOf(error) }),
      );
    }, settleMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- what is offered follows the rules, too
  }, [tab, budgetBytes, enabled, online, models]);
  return preview;
}
