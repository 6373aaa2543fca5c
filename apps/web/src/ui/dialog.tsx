import { type ReactElement, type ReactNode, useEffectEvent, useId, useLayoutEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { Icon } from "./icon.tsx";
import "./dialog.css";

/**
 * A dialog over the page for as long as it is rendered. The browser keeps the focus in it and gives it back; Escape, the
 * button and a press beside it ask to close it.
 */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const { title, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const ask = useEffectEvent(() => onClose());
  // Before the element goes: only a dialog that is closed gives the focus back.
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (shown === null) return undefined;
    const gone = new AbortController();
    const { signal } = gone;
    // Told late: by then it may be open again, as when development mounts everything twice.
    shown.addEventListener("close", () => !shown.open && ask(), { signal });
    // What is pressed in it is inside its body.
    shown.addEventListener("click", (event) => event.target === shown && ask(), { signal });
    // Escape closes this dialog, and shall not also stop an answer behind it.
    shown.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation(), { signal });
    shown.showModal();
    return () => {
      gone.abort();
      shown.close();
    };
  }, []);
  // Out of whatever opened it: in a log it would be read aloud as news.
  return createPortal(
    <dialog className="dialog" ref={dialog} aria-labelledby={id}>
      <div className="dialog-body">
        <div className="dialog-head">
          <h2 id={id}>{title}</h2>
          <button className="button button-bare button-icon" type="button" aria-label={t("close")} onClick={onClose}>
            <Icon name="cross" />
          </button>
        </div>
        {children}
      </div>
    </dialog>,
    document.body,
  );
}
