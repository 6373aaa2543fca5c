import type { ModelStatus, SwarmStatus } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { usePage } from "../app/page.ts";
import { isBare } from "../conversation/chat-model.ts";
import type { Language } from "@potluck/words";
import { sampleQuestions } from "./sample-questions.ts";

/** Questions that the model is good at, each a button that asks it. */
export function Samples(props: {
  readonly swarm: SwarmStatus | null;
  readonly model: ModelStatus | null;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const { chat } = usePage();
  const { language, questions } = sampleQuestions(props.model?.id ?? null, i18n.language as Language, t);
  return (
    <ul className="welcome-samples" aria-label={t("welcome.samples")} lang={language}>
      {questions.map((question) => (
        <li key={question}>
          <button
            className="welcome-sample"
            type="button"
            disabled={isBare(props.swarm)}
            onClick={() => chat.send(question)}
          >
            {question}
          </button>
        </li>
      ))}
    </ul>
  );
}
