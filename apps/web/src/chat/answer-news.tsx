import type { ReactElement } from "react";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { running } from "../conversation/conversation.ts";
import { announceStage } from "./describe-stage.ts";

/** Says to those who listen what keeps an answer; the conversation itself is silent while one is being written. */
export function AnswerNews(): ReactElement {
  const words = useStore(usePage().chat.store, ({ exchanges }) => {
    const state = running(exchanges)?.answer.state;
    return state?.kind === "streaming" ? announceStage(state.stage) : "";
  });
  return (
    <p className="unseen" aria-live="polite" data-part="news">
      {words}
    </p>
  );
}
