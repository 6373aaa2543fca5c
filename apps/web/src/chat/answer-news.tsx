import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { running } from "../conversation/conversation.ts";
import { announceStage } from "./describe-stage.ts";
import { useSpoken } from "./use-spoken.ts";

/** Says to those who listen what keeps an answer, and the answer by sentences; the conversation itself is silent. */
export function AnswerNews(): ReactElement {
  const { t } = useTranslation();
  const { chat } = usePage();
  const words = useStore(chat.store, ({ exchanges }) => {
    const state = running(exchanges)?.answer.state;
    return state?.kind === "streaming" ? announceStage(state.stage, t) : "";
  });
  const spoken = useSpoken();
  return (
    <>
      <p className="unseen" aria-live="polite" data-part="news">
        {words}
      </p>
      <div className="unseen" aria-live="polite" data-part="spoken">
        {spoken.map(({ id, text }) => (
          <p key={id}>{text}</p>
        ))}
      </div>
    </>
  );
}
