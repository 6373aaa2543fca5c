import { type FormEvent, type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePage } from "../app/page.ts";
import type { Exchange, Versions } from "../conversation/conversation.ts";
import { Icon } from "../ui/icon.tsx";
import { VersionFlip } from "./version-flip.tsx";
import "./question-message.css";

/** One question. It can be asked in other words, in its place: that makes a branch beside it. */
export function QuestionMessage(props: {
  readonly exchange: Exchange;
  readonly versions: Versions;
  readonly free: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { exchange, versions, free } = props;
  const { key, question } = exchange;
  /** Which version is being edited. */
  const [edited, setEdited] = useState<string | null>(null);
  const open = useRef<HTMLButtonElement>(null);
  const editing = edited === key;
  const wasEditing = useRef(false);
  useEffect(() => {
    // Back to where it began, for who was in the field that has gone.
    if (wasEditing.current && !editing && document.activeElement === document.body) open.current?.focus();
    wasEditing.current = editing;
  }, [editing]);
  return (
    <div className="question">
      <article className="message message-user" data-role="user" data-state="done" aria-label={t("chat:you")}>
        {editing ? (
          <EditField key={key} exchange={exchange} free={free} onClose={() => setEdited(null)} />
        ) : (
          <p className="message-text" data-part="text">
            {question}
          </p>
        )}
      </article>
      {!editing && (
        <fieldset className="actions" aria-label={t("chat:actions.question")}>
          <button
            className="action"
            type="button"
            ref={open}
            data-action="edit"
            aria-label={t("chat:actions.edit")}
            title={t("chat:actions.edit")}
            aria-disabled={!free}
            onClick={() => free && setEdited(key)}
          >
            <Icon name="pencil" />
          </button>
          <VersionFlip of="question" versions={versions} />
        </fieldset>
      )}
    </div>
  );
}

/** Enter asks, Shift+Enter makes a line, Escape leaves everything as it was. */
function EditField(props: {
  readonly exchange: Exchange;
  readonly free: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { chat } = usePage();
  const { exchange, free, onClose } = props;
  const [text, setText] = useState(exchange.question);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);
  const usable = free && text.trim() !== "";
  const ask = (event?: FormEvent): void => {
    event?.preventDefault();
    if (!usable) return;
    onClose();
    chat.edit(exchange.key, text);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      // It closes this field, and shall not also stop an answer.
      event.stopPropagation();
      onClose();
    } else if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      ask();
    }
  };
  return (
    <form className="edit" onSubmit={ask}>
      <textarea
        className="edit-field"
        ref={field}
        rows={1}
        aria-label={t("chat:edit.name")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div className="edit-buttons">
        <button className="button button-bare" type="button" onClick={onClose}>
          {t("chat:edit.cancel")}
        </button>
        <button className="button button-main" type="submit" disabled={!usable}>
          {t("chat:edit.send")}
        </button>
      </div>
    </form>
  );
}
