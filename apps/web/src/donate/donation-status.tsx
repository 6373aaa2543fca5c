import type { DonationState, LoadProgress, PauseReason, Problem } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { useProblemWords } from "../ui/use-problem-words.ts";
import { describeDonation, describeSlow, donationWord } from "./describe-donation.ts";
import { describePause } from "./describe-pause.ts";
import { LiveNumbers } from "./live-numbers.tsx";
import { loadFacts } from "./load-facts.ts";
import { useNow } from "./use-now.ts";

/** What the donation does now: one sentence for everybody, and the running numbers beside it. */
export function DonationStatus({ state }: { readonly state: DonationState }): ReactElement {
  const { t } = useTranslation();
  const words = useProblemWords();
  return (
    <div className="donation">
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an output belongs to a form; the role is what tests find */}
      <div className="donation-state" role="status" aria-label={t("donate:status")} data-state={donationWord(state)}>
        <span className="donation-dot" aria-hidden="true" />
        <div>
          <p className="donation-words">
            {state.kind === "error" ? words(state.problem).what : describeDonation(state, t)}
          </p>
          {state.kind === "error" && <p className="donate-soft">{words(state.problem).advice}</p>}
          {"reasons" in state && <Reasons reasons={state.reasons} />}
          {state.kind === "waiting-for-tab" && <p className="donate-soft">{t("donate:heldBeside")}</p>}
          {"stats" in state && state.stats.slow !== null && state.kind !== "paused" && (
            <p className="donate-soft" data-slow={state.stats.slow}>
              {describeSlow(state.stats.slow, t)}
            </p>
          )}
          {"notice" in state && state.notice !== undefined && <Notice problem={state.notice} />}
        </div>
      </div>
      {state.kind === "loading" && <Loading progress={state.progress} />}
      {"stats" in state && (
        <LiveNumbers
          segment={state.segment}
          stats={state.stats}
          leaving={state.kind === "handing-over" || state.kind === "finishing"}
        />
      )}
    </div>
  );
}

/** Why it does not serve, and when it goes on. */
function Reasons({ reasons }: { readonly reasons: readonly PauseReason[] }): ReactElement {
  const { t, i18n } = useTranslation();
  const now = useNow();
  return (
    <ul className="donation-reasons">
      {reasons.map((reason) => (
        <li key={reason.why} data-why={reason.why}>
          {describePause(reason, now, i18n.language, t)}
        </li>
      ))}
    </ul>
  );
}

function Loading({ progress }: { readonly progress: LoadProgress }): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="donation-load">
      <ProgressBar name={t("donate:load.name")} progress={progress} />
      <p className="donate-soft" data-part="bytes">
        {loadFacts(progress, t).join(" · ")}
      </p>
    </div>
  );
}

/** What the donation can live with, but its owner may want to mend. */
function Notice({ problem }: { readonly problem: Problem }): ReactElement {
  const { what, advice } = useProblemWords()(problem);
  return (
    <p className="donate-soft" data-problem={problem.code}>
      {what} {advice}
    </p>
  );
}
