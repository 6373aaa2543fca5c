import type { ModelStatus, Problem } from "@potluck/donor";
import { type ReactElement, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePage } from "../app/page.ts";
import { canContinue, type Stage } from "../conversation/answer.ts";
import type { Exchange, Versions } from "../conversation/conversation.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemNote } from "../ui/problem-note.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { AnswerActions } from "./answer-actions.tsx";
import { AnswerFacts } from "./answer-facts.tsx";
import { describeStage } from "./describe-stage.ts";
import { RunHereOffer } from "./run-here-offer.tsx";
import { WaitingOffer } from "./waiting-offer.tsx";

export interface AnswerMessageProps {
  readonly exchange: Exchange;
  readonly versions: Versions;
  readonly model: ModelStatus | null;
  /** Only the last answer can be asked again in its place. */
  readonly last: boolean;
  /** Whether something can be asked in this chat now. */
  readonly free: boolean;
}

/** One answer with what can be done with it. */
export function AnswerMessage({ exchange, versions, model, last, free }: AnswerMessageProps): ReactElement {
  const { t } = useTranslation();
  const { key, answer } = exchange;
  const { state, text } = answer;
  const group = useRef<HTMLFieldSetElement>(null);
  /** Of which version: another one begins closed. */
  const [detailsOf, setDetailsOf] = useState<string | null>(null);
  return (
    <article
      className="message message-answer"
      data-role="assistant"
      data-state={state.kind}
      aria-label={t("chat:potluck")}
      // What is new is told by sentences, elsewhere.
      aria-busy={state.kind === "streaming"}
    >
      {text !== "" && (
        <div className="message-text" data-part="text">
          <Markdown text={text} streaming={state.kind === "streaming"} />
        </div>
      )}
      {state.kind === "streaming" && <StageLine stage={state.stage} model={model} quiet={text !== ""} />}
      {state.kind === "done" && <AnswerFacts state={state} answer={answer} />}
      {state.kind === "failed" && (
        <ProblemNote problem={state.problem}>
          {last && (
            <WaysOn
              problem={state.problem}
              exchange={exchange}
              model={model}
              free={free}
              // The buttons go with the failure.
              onPress={() => group.current?.focus()}
            />
          )}
        </ProblemNote>
      )}
      <AnswerActions
        exchange={exchange}
        versions={versions}
        free={free}
        last={last}
        group={group}
        detailsOpen={detailsOf === key}
        onDetails={(open) => setDetailsOf(open ? key : null)}
      />
    </article>
  );
}

function StageLine(props: {
  readonly stage: Stage;
  readonly model: ModelStatus | null;
  readonly quiet: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { stage, model, quiet } = props;
  const words = describeStage(stage, t);
  if (quiet) return <StageUnderText stage={stage} words={words} />;
  if (words === "") return <span className="caret" aria-hidden="true" />;
  return (
    <div className="stage" data-stage={stage.kind}>
      <p className="stage-line">
        <span className="caret" aria-hidden="true" />
        <span>{words}</span>
      </p>
      {stage.kind === "loading" && <ProgressBar name={t("chat:stage.loading")} progress={stage.progress} />}
      {((stage.kind === "queued" && stage.reason.kind === "layers-missing") || stage.kind === "waiting") && (
        <RunHereOffer model={model} />
      )}
    </div>
  );
}

/**
 * Under an answer that has begun. The line has its place all along, so that nothing moves when it has something to say, and
 * what is over at once is not shown at all.
 */
function StageUnderText({ stage, words }: { readonly stage: Stage; readonly words: string }): ReactElement {
  const { t } = useTranslation();
  if (words === "") return <div className="stage stage-under" />;
  return (
    <div className="stage stage-under" data-stage={stage.kind}>
      {/* Together, so that no button comes before the sentence that it belongs to. */}
      <div className="stage-late">
        <p>{words}</p>
        {stage.kind === "loading" && <ProgressBar name={t("chat:stage.loading")} progress={stage.progress} />}
        {stage.kind === "waiting" && <WaitingOffer />}
      </div>
    </div>
  );
}

function WaysOn(props: {
  readonly problem: Problem;
  readonly exchange: Exchange;
  readonly model: ModelStatus | null;
  readonly free: boolean;
  readonly onPress: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { chat } = usePage();
  const { problem, exchange, model, free, onPress } = props;
  const { key, answer } = exchange;
  // The same again, here or elsewhere, would be as long.
  if (problem.code === "context-full") {
    return (
      <button
        className="button"
        type="button"
        onClick={() => {
          chat.newChat();
          document.querySelector<HTMLElement>(".composer-input")?.focus();
        }}
      >
        <Icon name="plus" />
        {t("chat:newChat")}
      </button>
    );
  }
  const press = (act: () => void) => (): void => {
    if (!free) return;
    onPress();
    act();
  };
  return (
    <>
      <button className="button" type="button" aria-disabled={!free} onClick={press(() => chat.retry())}>
        <Icon name="retry" />
        {t("chat:actions.retry")}
      </button>
      {canContinue(answer) && (
        <button className="button" type="button" aria-disabled={!free} onClick={press(() => chat.regenerate(key))}>
          {t("chat:actions.anew")}
        </button>
      )}
      {answer.where === "swarm" && model !== null && (
        <button
          className="button button-bare"
          type="button"
          aria-disabled={!free}
          onClick={press(() => {
            chat.moveTo("this-tab");
            chat.retry();
          })}
        >
          {t("chat:offer.here")}
        </button>
      )}
    </>
  );
}
