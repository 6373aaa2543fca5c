import { type ReactElement, type RefObject, useId } from "react";
import { useTranslation } from "react-i18next";
import { usePage } from "../app/page.ts";
import { canContinue } from "../conversation/answer.ts";
import type { Exchange, Versions } from "../conversation/conversation.ts";
import { createLate } from "../markdown/late.ts";
import { Icon } from "../ui/icon.tsx";
import { CopyAction } from "./copy-action.tsx";
import { VersionFlip } from "./version-flip.tsx";
import "./answer-actions.css";

const late = createLate(async () => (await import("./answer-details.tsx")).AnswerDetails);

export interface AnswerActionsProps {
  readonly exchange: Exchange;
  readonly versions: Versions;
  /** Whether something can be asked in this chat now. */
  readonly free: boolean;
  readonly last: boolean;
  /** Where the focus goes when the button that had it goes. */
  readonly group: RefObject<HTMLFieldSetElement | null>;
  readonly detailsOpen: boolean;
  readonly onDetails: (open: boolean) => void;
}

/** What can be done with an answer. The row is there from the beginning, so that nothing moves when the answer ends. */
export function AnswerActions(props: AnswerActionsProps): ReactElement {
  const { t } = useTranslation();
  const { chat } = usePage();
  const { exchange, versions, free, last, group, detailsOpen, onDetails } = props;
  const { key, answer } = exchange;
  const { state } = answer;
  const id = useId();
  const stats = state.kind === "done" ? state.stats : null;
  const Details = late.use(detailsOpen && stats !== null);
  // The same again would be as long; one that failed in the midst has its own ways on.
  const again = state.kind !== "failed";
  const goesOn = last && state.kind === "done" && canContinue(answer);
  return (
    <>
      <fieldset className="actions" aria-label={t("chat:actions.answer")} ref={group} tabIndex={-1}>
        {answer.text !== "" && <CopyAction text={answer.text} />}
        {again && (
          <button
            className="action"
            type="button"
            data-action="regenerate"
            aria-label={t("chat:actions.regenerate")}
            title={t("chat:actions.regenerate")}
            aria-disabled={!free}
            onClick={() => free && chat.regenerate(key)}
          >
            <Icon name="retry" />
          </button>
        )}
        <VersionFlip of="answer" versions={versions} />
        {goesOn && (
          <button
            className="action action-words"
            type="button"
            data-action="continue"
            aria-disabled={!free}
            onClick={() => {
              if (!free) return;
              group.current?.focus();
              chat.continueAnswer(key);
            }}
          >
            <Icon name="onward" />
            {t("chat:actions.continue")}
          </button>
        )}
        {stats !== null && stats.answerTokens > 0 && (
          <button
            className="action action-words"
            type="button"
            data-action="details"
            aria-expanded={detailsOpen}
            aria-controls={id}
            onClick={() => onDetails(!detailsOpen)}
          >
            {t("chat:actions.details")}
            <span className="action-turn" data-open={detailsOpen}>
              <Icon name="right" />
            </span>
          </button>
        )}
      </fieldset>
      <div id={id} hidden={!detailsOpen || Details === null}>
        {/* oxlint-disable-next-line react/static-components -- made by its module, once */}
        {detailsOpen && Details !== null && stats !== null && <Details answer={answer} stats={stats} />}
      </div>
    </>
  );
}
