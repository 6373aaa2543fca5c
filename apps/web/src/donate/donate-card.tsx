import type { DeviceReport } from "@potluck/donor";
import { type ReactElement, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { BudgetField } from "./budget-field.tsx";
import { suggestBudget } from "./default-budget.ts";
import { describeCpuMemory } from "./describe-cpu-memory.ts";
import { DonateButtons } from "./donate-buttons.tsx";
import { DonationStatus } from "./donation-status.tsx";
import { MeasureDevice } from "./measure-device.tsx";
import { Offer } from "./offer.tsx";
import { usePreview } from "./use-preview.ts";

const bytesPerMb = 1_000_000;

/** What this tab does for others now, what Start would load, how much memory it may take, and the ways in and out. */
export function DonateCard({ device }: { readonly device: DeviceReport | null }): ReactElement {
  const { t } = useTranslation();
  const { tab, preferences } = usePage();
  const state = useStore(tab.donation.state);
  const chosenMb = useStore(preferences.store, (p) => p.budgetMb);
  const models = useStore(tab.swarm)?.models;
  const offline = useStore(tab.connection, (c) => c.kind === "offline");
  const suggested = suggestBudget(models ?? [], "deviceMemory" in navigator ? navigator.deviceMemory : undefined);
  const budgetMb = chosenMb ?? suggested.mb;
  /** Which budget to suggest depends on the models; a first click must not take another one. */
  const undecided = chosenMb === null && models === undefined && !offline;
  const [faulty, setFaulty] = useState(false);
  const idle = state.kind === "idle" || state.kind === "error";
  const unpacks = device?.unpacks ?? null;
  const preview = usePreview(faulty || undecided ? null : budgetMb * bytesPerMb, idle);
  const choose = (mb: number): void => preferences.change({ budgetMb: mb });
  /** What failed was the budget that stood here before. */
  const clearFailure = (): void => {
    if (state.kind === "error") void tab.donation.stop();
  };

  return (
    <section className="card donate" aria-label={t("donate:card")}>
      <DonationStatus state={state} />
      {idle && (
        <>
          {(state.kind === "idle" || faulty || preview.kind === "known") && (
            <div className="donate-place">
              {faulty ? <p className="donate-soft">{t("donate:offer.noBudget")}</p> : <Offer preview={preview} />}
            </div>
          )}
          <BudgetField
            mb={undecided ? null : budgetMb}
            hint={unpacks === null ? t("donate:budget.hint") : t("donate:budget.hintBeside")}
            onFault={(now) => {
              setFaulty(now);
              clearFailure();
            }}
            onChange={choose}
          />
        </>
      )}
      <DonateButtons
        state={state}
        canStart={!faulty && !undecided}
        onStart={() => tab.donation.start(budgetMb * bytesPerMb)}
      />
      {idle && (
        <>
          {unpacks !== null && !faulty && !undecided && (
            <p className="donate-soft" data-part="cpu-memory">
              {describeCpuMemory(
                unpacks,
                budgetMb * bytesPerMb,
                models ?? [],
                preview.kind === "known" ? preview.preview : null,
                t,
              )}
            </p>
          )}
          {chosenMb === null && suggested.shared !== null && (
            <p className="donate-soft" data-part="why-small">
              {t("donate:budget.whySmall", { mb: suggested.mb, model: suggested.shared })}
            </p>
          )}
          <MeasureDevice
            budgetMb={chosenMb}
            onUse={(mb) => {
              setFaulty(false);
              clearFailure();
              choose(mb);
            }}
          />
        </>
      )}
    </section>
  );
}
