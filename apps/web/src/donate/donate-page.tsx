import { type ReactElement, useState } from "react";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { limits } from "../preferences/preferences.ts";
import { NumberField } from "../ui/number-field.tsx";
import { DeviceCard } from "./device-card.tsx";
import { describeCpuMemory } from "./describe-cpu-memory.ts";
import { suggestBudget } from "./default-budget.ts";
import { DonationStatus } from "./donation-status.tsx";
import { LeaveButtons } from "./leave-buttons.tsx";
import { Offer } from "./offer.tsx";
import { useDevice } from "./use-device.ts";
import { usePreview } from "./use-preview.ts";
import "./donate-page.css";

const bytesPerMb = 1_000_000;

/** Lend this tab: what would run, how much memory it may take, and what it does now. */
export function DonatePage(): ReactElement {
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
  const device = useDevice();
  const unpacks = device?.unpacks ?? null;
  const preview = usePreview(faulty || undecided ? null : budgetMb * bytesPerMb, idle);

  return (
    <div className="page">
      <div>
        <h1>Bring your layers to the table</h1>
        <p className="page-lead">
          While this page is open, this device runs a few layers of a model for people who chat here. It stops when you
          say so or close the tab, and it goes on while you look at the other pages.
        </p>
      </div>
      <section className="card donate" aria-label="Donate this tab">
        <DonationStatus state={state} />
        {idle && (
          <>
            {(state.kind === "idle" || faulty || preview.kind === "known") && (
              <div className="donate-place">
                {faulty ? (
                  <p className="donate-soft">Enter a memory budget to see what would be loaded.</p>
                ) : (
                  <Offer preview={preview} />
                )}
              </div>
            )}
            <div className="donate-start">
              <NumberField
                name="Memory budget (MB)"
                hint={unpacks === null ? "The most this tab may take." : "The most that layers and chats may take."}
                value={undecided ? null : budgetMb}
                disabled={undecided}
                {...(undecided ? { empty: "…" } : {})}
                step="any"
                {...limits.budgetMb}
                onFault={(now) => {
                  setFaulty(now);
                  // What failed was the budget that stood here before.
                  if (state.kind === "error") void tab.donation.stop();
                }}
                onChange={(value) => value !== null && preferences.change({ budgetMb: value })}
              />
              <button
                className="button button-main button-big"
                type="button"
                disabled={faulty || undecided}
                onClick={() => tab.donation.start(budgetMb * bytesPerMb)}
              >
                Start donating
              </button>
            </div>
            {unpacks !== null && !faulty && !undecided && (
              <p className="donate-soft" data-part="cpu-memory">
                {describeCpuMemory(
                  unpacks,
                  budgetMb * bytesPerMb,
                  models ?? [],
                  preview.kind === "known" ? preview.preview : null,
                )}
              </p>
            )}
            {chosenMb === null && suggested.shared !== null && (
              <p className="donate-soft" data-part="why-small">
                Small on purpose: with {suggested.mb} MB each, two tabs share {suggested.shared}. Give more, and one tab
                holds more of it.
              </p>
            )}
          </>
        )}
        {!idle && <LeaveButtons state={state} onStay={() => tab.donation.start(budgetMb * bytesPerMb)} />}
      </section>
      <DeviceCard device={device} />
      <section className="donate-plain" aria-label="What donating means">
        <h2>What you should know</h2>
        <ul>
          <li>The model's layers are kept in this browser's storage, so the next start loads nothing.</li>
          <li>Numbers that stand for other people's text pass through this tab. Please don't try to read them.</li>
          <li>Tabs talk to each other directly, so they see each other's internet address.</li>
          <li>It uses power. On battery you may want to stop.</li>
        </ul>
      </section>
    </div>
  );
}
