import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Answer, AnswerState } from "../conversation/answer.ts";
import type { Words } from "../i18n/create-words.ts";
import { RouteStrip } from "../ui/route-strip.tsx";
import { describeRepairs } from "./describe-repairs.ts";
import { formatRate } from "./format-rate.ts";

/** How the answer came to be: through how many tabs, how fast, and why it ended if not by itself. */
export function AnswerFacts(props: {
  readonly state: Extract<AnswerState, { kind: "done" }>;
  readonly answer: Answer;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const { state, answer } = props;
  const { stats, end } = state;
  const note = endNote(end, t);
  const repairs = stats === null ? null : describeRepairs(stats.repairs, t);
  return (
    <>
      {note !== null && <p className="message-note">{note}</p>}
      {stats !== null && stats.answerTokens > 0 && (
        <p className="message-facts" data-part="facts">
          <RouteStrip hops={stats.hops} />
          <span>
            {answer.where === "this-tab" ? t("chat:facts.here") : t("chat:facts.through", { count: stats.tabs })}
          </span>
          {/* The times of an answer that was carried on are of its rest alone, and would pass for those of the whole. */}
          {stats.knownTokens === 0 && (
            <>
              {stats.tokensPerSecond !== null && (
                <span>{t("chat:facts.speed", { speed: formatRate(stats.tokensPerSecond, i18n.language) })}</span>
              )}
              <span>{t("chat:facts.first", { ms: stats.firstTokenMs })}</span>
            </>
          )}
          {repairs !== null && <span data-part="repairs">{repairs}</span>}
          {answer.seed !== null && <span>{t("chat:facts.seed", { seed: answer.seed })}</span>}
        </p>
      )}
    </>
  );
}

function endNote(end: Extract<AnswerState, { kind: "done" }>["end"], t: Words): string | null {
  switch (end) {
    case "stop-token":
      return null;
    case "stopped":
      return t("chat:end.stopped");
    case "length":
      return t("chat:end.length");
    case "context-full":
      return t("chat:end.full");
    default:
      return end satisfies never;
  }
}
