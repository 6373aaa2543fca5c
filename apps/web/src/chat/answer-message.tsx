import type { ModelStatus, Problem } from "@potluck/donor";
import { memo, type ReactElement } from "react";
import { usePage } from "../app/page.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemNote } from "../ui/problem-note.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import type { Answer, Stage } from "../conversation/answer.ts";
import { AnswerFacts } from "./answer-facts.tsx";
import { describeStage } from "./describe-stage.ts";
import { RunHereOffer } from "./run-here-offer.tsx";
import { WaitingOffer } from "./waiting-offer.tsx";

export interface AnswerMessageProps {
  readonly answer: Answer;
  readonly model: ModelStatus | null;
  /** Only the last answer can be asked again. */
  readonly last: boolean;
}

/** One answer. Memoised: a long chat must not be rendered again for every token of its end. */
export const AnswerMessage = memo(function AnswerMessage({ answer, model, last }: AnswerMessageProps): ReactElement {
  const { state, text } = answer;
  return (
    <article
      className="message message-answer"
      data-role="assistant"
      data-state={state.kind}
      aria-label="Potluck"
      // A screen reader reads the answer once it is whole, not word by word.
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
          {last && <WaysOn problem={state.problem} answer={answer} model={model} />}
        </ProblemNote>
      )}
    </article>
  );
});

function StageLine(props: {
  readonly stage: Stage;
  readonly model: ModelStatus | null;
  readonly quiet: boolean;
}): ReactElement {
  const { stage, model, quiet } = props;
  const words = describeStage(stage);
  if (quiet) return <StageUnderText stage={stage} words={words} />;
  if (words === "") return <span className="caret" aria-hidden="true" />;
  return (
    <div className="stage" data-stage={stage.kind}>
      <p className="stage-line">
        <span className="caret" aria-hidden="true" />
        <span>{words}</span>
      </p>
      {stage.kind === "loading" && <ProgressBar name="Loading the model" progress={stage.progress} />}
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
  if (words === "") return <div className="stage stage-under" />;
  return (
    <div className="stage stage-under" data-stage={stage.kind}>
      {/* Together, so that no button comes before the sentence that it belongs to. */}
      <div className="stage-late">
        <p>{words}</p>
        {stage.kind === "loading" && <ProgressBar name="Loading the model" progress={stage.progress} />}
        {stage.kind === "waiting" && <WaitingOffer />}
      </div>
    </div>
  );
}

function WaysOn({
  problem,
  answer,
  model,
}: {
  readonly problem: Problem;
  readonly answer: Answer;
  readonly model: ModelStatus | null;
}): ReactElement {
  const { chat } = usePage();
  // The same again, here or elsewhere, would be as long.
  if (problem.code === "context-full") {
    return (
      <button className="button" type="button" onClick={() => chat.newChat()}>
        <Icon name="plus" />
        New chat
      </button>
    );
  }
  return (
    <>
      <button className="button" type="button" onClick={() => chat.retry()}>
        <Icon name="retry" />
        Retry
      </button>
      {answer.where === "swarm" && model !== null && (
        <button
          className="button button-bare"
          type="button"
          onClick={() => {
            chat.moveTo("this-tab");
            chat.retry();
          }}
        >
          Run it in this tab
        </button>
      )}
    </>
  );
}
