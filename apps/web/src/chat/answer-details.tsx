import type { AnswerStats } from "@potluck/donor";
import { Fragment, type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Answer } from "../conversation/answer.ts";
import { describeRepairs } from "./describe-repairs.ts";
import { formatRate } from "./format-rate.ts";
import { RouteView } from "./route-view.tsx";
import "./answer-details.css";

/** All that is known of how an answer came to be. What is not known is left out. */
export function AnswerDetails({
  answer,
  stats,
}: {
  readonly answer: Answer;
  readonly stats: AnswerStats;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const { promptTokens, reusedTokens, answerTokens, knownTokens, tokensPerSecond, firstTokenMs, speculation } = stats;
  const box = useRef<HTMLElement>(null);
  // Below the last answer it would open out of sight.
  useEffect(() => {
    // It may return a promise, which is no clean-up.
    box.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const timed = knownTokens === 0;
  const rows: [name: string, value: ReactNode][] = [];
  if (answer.model !== null) rows.push([t("chat:details.model"), answer.model.name]);
  if (timed && tokensPerSecond !== null)
    rows.push([t("chat:details.speed"), t("chat:facts.speed", { speed: formatRate(tokensPerSecond, i18n.language) })]);
  if (timed) rows.push([t("chat:details.first"), t("app:duration", { n: firstTokenMs })]);
  rows.push([
    t("chat:details.prompt"),
    reusedTokens > 0
      ? t("chat:details.reused", { count: promptTokens, reused: reusedTokens })
      : t("chat:details.tokens", { count: promptTokens }),
  ]);
  rows.push([t("chat:details.answer"), t("chat:details.tokens", { count: answerTokens })]);
  if (speculation !== undefined) {
    const { drafted, kept } = speculation;
    rows.push([
      t("chat:details.guesses"),
      drafted === null ? t("chat:details.kept", { count: kept }) : t("chat:details.keptOf", { kept, drafted }),
    ]);
  }
  rows.push([t("chat:details.repairs"), describeRepairs(stats.repairs, t) ?? t("chat:details.noRepairs")]);
  if (answer.seed !== null) rows.push([t("chat:details.seed"), String(answer.seed)]);
  return (
    <section className="details" ref={box} aria-label={t("chat:details.name")}>
      <RouteView stats={stats} here={answer.where === "this-tab"} />
      <dl className="details-figures">
        {rows.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      {!timed && <p className="details-note">{t("chat:details.carried")}</p>}
    </section>
  );
}
