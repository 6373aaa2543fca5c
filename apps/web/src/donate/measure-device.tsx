import type { ProbeProgress, ProbeReport, Problem } from "@potluck/donor";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePage } from "../app/page.ts";
import { problemOf } from "../tab/page-error.ts";
import { ProblemNote } from "../ui/problem-note.tsx";

type Measuring =
  | { readonly kind: "not-yet" | "stopped" }
  | { readonly kind: "running"; readonly progress: ProbeProgress }
  | { readonly kind: "known"; readonly report: ProbeReport }
  | { readonly kind: "failed"; readonly problem: Problem };

/** Finds out how much memory this device can give, after a click and never by itself, and suggests a budget. */
export function MeasureDevice(props: {
  /** The chosen budget; null for the suggested one. */
  readonly budgetMb: number | null;
  readonly onUse: (mb: number) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { tab } = usePage();
  const [now, setNow] = useState<Measuring>({ kind: "not-yet" });
  const run = useRef<AbortController | null>(null);
  useEffect(() => () => run.current?.abort(), []);

  const measure = async (): Promise<void> => {
    const own = new AbortController();
    run.current = own;
    setNow({ kind: "running", progress: { testedBytes: 0, done: 0 } });
    try {
      const report = await tab.donation.probe(
        (progress) => !own.signal.aborted && setNow({ kind: "running", progress }),
        own.signal,
      );
      setNow({ kind: "known", report });
    } catch (error) {
      setNow(own.signal.aborted ? { kind: "stopped" } : { kind: "failed", problem: problemOf(error) });
    } finally {
      if (run.current === own) run.current = null;
    }
  };
  const running = now.kind === "running";

  return (
    <div className="measure" data-part="measure" data-measuring={now.kind}>
      <h2>{t("donate:measure.heading")}</h2>
      <p className="donate-soft">{t("donate:measure.lead")}</p>
      {running && (
        <progress className="progress" aria-label={t("donate:measure.progress")} max={1} value={now.progress.done} />
      )}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- not the result of a form */}
      <div role="status" className="measure-result">
        {running && <p className="donate-soft">{t("donate:measure.running", { n: now.progress.testedBytes })}</p>}
        {now.kind === "stopped" && <p className="donate-soft">{t("donate:measure.stopped")}</p>}
        {now.kind === "known" && <Result report={now.report} {...props} />}
      </div>
      {now.kind === "failed" && <ProblemNote problem={now.problem} />}
      {/* The same button all along, so that the keyboard stays where it is. */}
      <button className="button" type="button" onClick={() => (running ? run.current?.abort() : void measure())}>
        {running
          ? t("donate:measure.stop")
          : now.kind === "not-yet"
            ? t("donate:measure.start")
            : t("donate:measure.again")}
      </button>
    </div>
  );
}

function Result(props: {
  readonly report: ProbeReport;
  readonly budgetMb: number | null;
  readonly onUse: (mb: number) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { report, budgetMb, onUse } = props;
  const mb = Math.max(1, Math.floor(report.suggestedBudgetBytes / 1e6));
  return (
    <>
      <p>
        {t("donate:measure.result", {
          tested: report.testedBytes,
          backend: t(`donate:measure.backend.${report.backend}`),
        })}{" "}
        {report.memoryGBps !== null && t("donate:measure.speed", { n: Math.round(report.memoryGBps * 10) / 10 })}
      </p>
      <p>{t("donate:measure.suggests", { mb })}</p>
      {budgetMb === mb ? (
        <p className="donate-soft">{t("donate:measure.used")}</p>
      ) : (
        <button className="button" type="button" onClick={() => onUse(mb)}>
          {t("donate:measure.use", { mb })}
        </button>
      )}
    </>
  );
}
