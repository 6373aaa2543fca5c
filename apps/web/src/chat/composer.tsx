import { type KeyboardEvent, type ReactElement, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { isBare, servesNone } from "../conversation/chat-model.ts";
import { questionTooLong, running } from "../conversation/conversation.ts";
import { Icon } from "../ui/icon.tsx";
import { useProblemWords } from "../ui/use-problem-words.ts";
import { WhereBadge } from "./where-badge.tsx";
import "./composer.css";

/** Where questions are typed. Enter sends, Shift+Enter makes a line, Escape stops. What can't be asked yet waits in line. */
export function Composer(): ReactElement {
  const { t } = useTranslation();
  const wordsOf = useProblemWords();
  const { chat, tab } = usePage();
  const bare = useStore(tab.swarm, isBare);
  const busy = useStore(chat.store, (s) => running(s.exchanges) !== null);
  const elsewhere = useStore(chat.store, (s) => s.elsewhere);
  const text = useStore(chat.store, (s) => s.conversation.draft);
  const input = useRef<HTMLTextAreaElement>(null);

  useEffect(
    () =>
      chat.store.subscribe((state, before) => {
        const tooLong = questionTooLong(state);
        if (tooLong === null || questionTooLong(before) === tooLong) return;
        // Back to be shortened, unless something else is being typed by now.
        if (state.conversation.draft === "") chat.setDraft(tooLong);
      }),
    [chat],
  );

  useEffect(() => {
    // Wherever the focus is; without a running answer it does nothing.
    const stop = (event: globalThis.KeyboardEvent): void => {
      if (event.key === "Escape") chat.stop();
    };
    document.addEventListener("keydown", stop);
    return () => document.removeEventListener("keydown", stop);
  }, [chat]);

  const usable = !bare && !elsewhere && text.trim() !== "";
  const send = (): void => {
    if (!usable) return;
    chat.send(text);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method is composing, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const { what, advice } = wordsOf(servesNone);

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {(bare || elsewhere) && (
        <output className="composer-note">{bare ? `${what} ${advice}` : t("chat:composer.elsewhere")}</output>
      )}
      <div className="composer-box">
        <textarea
          className="composer-input"
          ref={input}
          rows={1}
          aria-label={t("chat:composer.name")}
          aria-describedby="where-badge"
          placeholder={t("chat:composer.placeholder")}
          value={text}
          onChange={(event) => chat.setDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {busy && (
          <button
            className="composer-button composer-stop"
            key="stop"
            type="button"
            aria-label={t("chat:composer.stop")}
            title={t("chat:composer.stopKey")}
            onClick={() => {
              chat.stop();
              input.current?.focus();
            }}
          >
            <span className="composer-square" aria-hidden="true" />
          </button>
        )}
        {(!busy || usable) && (
          <button
            className="composer-button"
            key="send"
            type="submit"
            aria-label={t("chat:composer.send")}
            title={t(busy ? "chat:composer.queueKey" : "chat:composer.sendKey")}
            disabled={!usable}
          >
            <Icon name="up" />
          </button>
        )}
      </div>
      <WhereBadge id="where-badge" />
    </form>
  );
}
