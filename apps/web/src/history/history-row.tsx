import { type ReactElement, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { addressOf } from "../conversation/chat-address.ts";
import type { ExportFormat, HistoryEntry } from "./history.ts";
import { saveFile } from "./save-file.ts";

export interface HistoryRowProps {
  readonly entry: HistoryEntry;
  /** Called when the person has chosen this chat. */
  readonly onOpen: () => void;
  /** Called when the row has changed under the button that was pressed, which may be gone. */
  readonly onChanged: () => void;
  /** Called when it is being deleted, and its own buttons go. */
  readonly onRemove: () => void;
}

/** One chat of the list: a link to it, and what can be done with it. */
export function HistoryRow({ entry, onOpen, onChanged, onRemove }: HistoryRowProps): ReactElement {
  const { t } = useTranslation("chat");
  const { chat, history, query } = usePage();
  const open = useStore(chat.store, (s) => s.conversation.id === entry.id);
  const [naming, setNaming] = useState(false);
  const menu = useRef<HTMLDetailsElement>(null);
  const title = entry.title === "" ? t("history.untitled") : entry.title;

  const choose = (act: () => Promise<unknown>): void => {
    if (menu.current !== null) menu.current.open = false;
    menu.current?.querySelector("summary")?.focus();
    // What can't be done is told in the list, which knows why.
    act()
      .catch(() => undefined)
      .finally(onChanged);
  };
  const save = (format: ExportFormat): void =>
    choose(async () => saveFile(await history.exportChats([entry.id], format)));

  if (naming)
    return (
      <li className="history-row" data-chat={entry.id}>
        <RenameForm
          title={entry.title}
          onDone={() => {
            setNaming(false);
            onChanged();
          }}
          onName={(name) => history.rename(entry.id, name)}
        />
      </li>
    );
  return (
    <li className="history-row" data-chat={entry.id} data-open={open}>
      <Link
        className="history-link"
        href={`${addressOf(entry.id)}${query}`}
        aria-current={open ? "page" : undefined}
        onClick={onOpen}
      >
        <span className="history-name">{title}</span>
        <span className="history-snippet">{entry.snippet}</span>
      </Link>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- what bubbles up from its buttons */}
      <details
        className="history-menu"
        ref={menu}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !event.currentTarget.open) return;
          event.stopPropagation();
          event.nativeEvent.stopImmediatePropagation();
          event.currentTarget.open = false;
          event.currentTarget.querySelector("summary")?.focus();
        }}
      >
        <summary aria-label={t("history.actions", { title })}>⋯</summary>
        <div className="history-actions">
          <button className="history-action" type="button" onClick={() => setNaming(true)}>
            {t("history.rename")}
          </button>
          <button
            className="history-action"
            type="button"
            onClick={() => choose(() => history.pin(entry.id, !entry.pinned))}
          >
            {t(entry.pinned ? "history.unpin" : "history.pin")}
          </button>
          <button className="history-action" type="button" onClick={() => save("markdown")}>
            {t("history.exportMarkdown")}
          </button>
          <button className="history-action" type="button" onClick={() => save("json")}>
            {t("history.exportJson")}
          </button>
          <button
            className="history-action"
            type="button"
            onClick={() => {
              onRemove();
              history.remove(entry.id).catch(() => undefined);
            }}
          >
            {t("history.remove")}
          </button>
        </div>
      </details>
    </li>
  );
}

function RenameForm(props: {
  readonly title: string;
  readonly onName: (name: string) => Promise<void>;
  readonly onDone: () => void;
}): ReactElement {
  const { t } = useTranslation("chat");
  const { title, onName, onDone } = props;
  const [name, setName] = useState(title);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape bubbles up from its field and buttons
    <form
      className="history-rename"
      onSubmit={(event) => {
        event.preventDefault();
        onName(name)
          .catch(() => undefined)
          .finally(onDone);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        event.nativeEvent.stopImmediatePropagation();
        onDone();
      }}
    >
      <input
        className="input"
        ref={input}
        aria-label={t("history.name")}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <button className="button" type="submit">
        {t("history.save")}
      </button>
      <button className="button button-bare" type="button" onClick={onDone}>
        {t("history.cancel")}
      </button>
    </form>
  );
}
