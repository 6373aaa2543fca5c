import type { ModelStatus } from "@potluck/donor";
import { memo, type ReactElement } from "react";
import type { Exchange, Versions } from "../conversation/conversation.ts";
import { AnswerMessage } from "./answer-message.tsx";
import { QuestionMessage } from "./question-message.tsx";

export interface ExchangeViewProps {
  readonly exchange: Exchange;
  readonly answers: Versions;
  readonly questions: Versions;
  readonly model: ModelStatus | null;
  readonly last: boolean;
  readonly free: boolean;
}

/** A question with its answer. Memoised: a long chat must not be rendered again for every token of its end. */
export const ExchangeView = memo(function ExchangeView(props: ExchangeViewProps): ReactElement {
  const { exchange, answers, questions, model, last, free } = props;
  return (
    <div className="exchange">
      <QuestionMessage exchange={exchange} versions={questions} free={free} />
      <AnswerMessage exchange={exchange} versions={answers} model={model} last={last} free={free} />
    </div>
  );
});
