import { type KeyboardEvent, type ReactElement, useEffect, useRef } from "react";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { Icon } from "../ui/icon.tsx";
import { questionTooLong, running } from "../conversation/conversation.ts";
import { isBare, servesNone } from "../conversation/chat-model.ts";
import "./composer.css";

/** Where questions are typed. Enter sends, Shift+Enter makes a line, Escape stops. */
export function Composer(): ReactElement {
  const { chat, tab } = usePage();
  const bare = useStore(tab.swarm, isBare);
  const busy = useStore(chat.store, (s) => running(s.exchanges) !== null);
  const where = useStore(chat.store, (s) => s.where);
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

  const send = (): void => {
    if (busy || bare || text.trim() === "") return;
    chat.send(text);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method is composing, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="composer-box">
        <textarea
          className="composer-input"
          ref={input}
          rows={1}
          aria-label="Message"
          aria-describedby="composer-note"
          placeholder="Ask something"
          value={text}
          onChange={(event) => chat.setDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {busy ? (
          <button
            className="composer-button composer-stop"
            key="stop"
            type="button"
            aria-label="Stop"
            title="Stop (Esc)"
            onClick={() => {
              chat.stop();
              input.current?.focus();
            }}
          >
            <span className="composer-square" aria-hidden="true" />
          </button>
        ) : (
          <button
            className="composer-button"
            key="send"
            type="submit"
            aria-label="Send"
            title="Send (Enter)"
            disabled={bare || text.trim() === ""}
          >
            <Icon name="up" />
          </button>
        )}
      </div>
      <p className="composer-note" id="composer-note">
        {bare ? (
          `${servesNone.what} ${servesNone.advice}`
        ) : where === "swarm" ? (
          <>
            <strong>Public swarm:</strong> the tabs that help can read your prompt.{" "}
            <button className="button-words" type="button" onClick={() => chat.moveTo("this-tab")}>
              Use this tab only
            </button>
          </>
        ) : (
          <>
            <strong>This tab only:</strong> nothing you write leaves this device.{" "}
            <button className="button-words" type="button" onClick={() => chat.moveTo("swarm")}>
              Use the swarm
            </button>
          </>
        )}
      </p>
    </form>
  );
}
