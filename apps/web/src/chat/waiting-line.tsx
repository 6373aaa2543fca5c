import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { running } from "../conversation/conversation.ts";
import { Icon } from "../ui/icon.tsx";
import "./waiting-line.css";

/** What is sent and not yet asked, in order, with what it waits for. */
export function WaitingLine(): ReactElement | null {
  const { t } = useTranslation();
  const { chat, tab } = usePage();
  const waiting = useStore(chat.store, (s) => s.conversation.waiting);
  const busy = useStore(chat.store, (s) => running(s.exchanges) !== null);
  const failed = useStore(chat.store, (s) => s.exchanges.at(-1)?.answer.state.kind === "failed");
  const here = useStore(chat.store, (s) => s.where === "this-tab");
  const offline = useStore(tab.connection, (c) => c.kind === "offline");
  if (waiting.length === 0) return null;
  const why = busy ? "running" : offline && !here ? "offline" : failed ? "failed" : "soon";
  /** Into the message field, unless something else is being written there. */
  const takeBack = (index: number): void => {
    const { draft } = chat.store.getState().conversation;
    if (draft.trim() === "") chat.setDraft(waiting[index] ?? "");
    chat.unqueue(index);
    document.querySelector<HTMLElement>(".composer-input")?.focus();
  };
  return (
    <section className="waiting" aria-label={t("chat:waits.name")}>
      <ol className="waiting-list">
        {waiting.map((question, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- a place in line is all that names it
          <li className="waiting-item" key={i}>
            <p className="waiting-text">{question}</p>
            <button className="button button-bare waiting-back" type="button" onClick={() => takeBack(i)}>
              <Icon name="cross" />
              {t("chat:waits.takeBack")}
            </button>
          </li>
        ))}
      </ol>
      <output className="waiting-why">{t(`chat:waits.${why}`)}</output>
    </section>
  );
}
