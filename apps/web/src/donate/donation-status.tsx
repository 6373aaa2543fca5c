import type { DonationState, ModelStatus, Problem, ServingStats } from "@potluck/donor";
import { describeRange, type Segment } from "@potluck/protocol";
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { CoverageBar } from "../swarm/coverage-bar.tsx";
import { missingLayers, withHeld } from "../swarm/coverage.ts";
import { formatBytes, formatSpeed } from "../ui/format.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { describeDonation, describeSlow, donationWord } from "./describe-donation.ts";

/** What the donation does now: one sentence for everybody, and the running numbers beside it. */
export function DonationStatus({ state }: { readonly state: DonationState }): ReactElement {
  return (
    <div className="donation">
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an output belongs to a form; the role is what tests find */}
      <div className="donation-state" role="status" aria-label="Donation" data-state={donationWord(state)}>
        <span className="donation-dot" aria-hidden="true" />
        <div>
          <p className="donation-words">{describeDonation(state)}</p>
          {state.kind === "error" && <p className="donate-soft">{state.problem.advice}</p>}
          {"stats" in state && state.stats.slow !== null && (
            <p className="donate-soft" data-slow={state.stats.slow}>
              {describeSlow(state.stats.slow)}
            </p>
          )}
          {"notice" in state && state.notice !== undefined && <Notice problem={state.notice} />}
        </div>
      </div>
      {state.kind === "loading" && (
        <div className="donation-load">
          <ProgressBar name="Loading layers" progress={state.progress} />
          <p className="donate-soft" data-part="bytes">
            {formatBytes(state.progress.doneBytes)} of {formatBytes(state.progress.totalBytes)}
            {state.progress.stage === "download" &&
              state.progress.bytesPerSecond > 0 &&
              ` · ${formatSpeed(state.progress.bytesPerSecond)}`}
            {state.progress.cachedBytes > 0 && ` · ${formatBytes(state.progress.cachedBytes)} from this device`}
          </p>
        </div>
      )}
      {"stats" in state && (
        <Serving
          segment={state.segment}
          stats={state.stats}
          leaving={state.kind === "handing-over" || state.kind === "finishing"}
        />
      )}
    </div>
  );
}

/** What the donation can live with, but its owner may want to mend. */
function Notice({ problem }: { readonly problem: Problem }): ReactElement {
  return (
    <p className="donate-soft" data-problem={problem.code}>
      {problem.what} {problem.advice}
    </p>
  );
}

function Serving(props: {
  readonly segment: Segment;
  readonly stats: ServingStats;
  readonly leaving: boolean;
}): ReactElement {
  const { segment, stats, leaving } = props;
  const { tab } = usePage();
  const told = useStore(tab.swarm)?.models.find((m) => m.id === segment.modelId);
  const model = told === undefined ? undefined : withHeld(told, segment);
  return (
    <>
      {model !== undefined && (
        <div className="donation-table">
          <CoverageBar model={model} mark={segment} />
          {/* On its way out, with layers that perhaps nobody else holds, it can't say that every layer is held. */}
          {!leaving && <Others model={model} />}
        </div>
      )}
      <dl className="donation-numbers">
        <Fact name={stats.answering === 1 ? "chat now" : "chats now"}>{stats.answering}</Fact>
        <Fact name="standing by">{stats.standingBy}</Fact>
        <Fact name="tokens served">{stats.tokensServed.toLocaleString("en")}</Fact>
        <Fact name={stats.peers === 1 ? "tab linked" : "tabs linked"}>{stats.peers}</Fact>
        <Fact name="per step">{stats.stepMs === null ? "–" : `${stats.stepMs.toFixed(1)} ms`}</Fact>
      </dl>
    </>
  );
}

/** What the others bring, and what can be done now. */
function Others({ model }: { readonly model: ModelStatus }): ReactElement {
  const { query } = usePage();
  const missing = missingLayers(model);
  if (missing.length === 0) {
    return (
      <p className="donate-soft">
        Every layer of {model.name} is held. <Link href={`/${query}`}>Chat with it</Link>.
      </p>
    );
  }
  return (
    <p className="donate-soft">
      Still missing: {missing.map(describeRange).join(", ")} of {model.name}. Open this page in another window or on
      another device to bring them.
    </p>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="donation-number">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
