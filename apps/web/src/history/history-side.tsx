import { type ReactElement, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../ui/icon.tsx";
import { HistoryList } from "./history-list.tsx";
import "./history-side.css";

const narrow = "(max-width: 60rem)";

/** The list of chats: a column where there is room, else a drawer over the page. */
export function HistorySide({ onClose }: { readonly onClose: () => void }): ReactElement {
  const isNarrow = useIsNarrow();
  return isNarrow ? <Drawer onClose={onClose} /> : <Column onClose={onClose} />;
}

function Column({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation("chat");
  return (
    <aside className="history" id="history" aria-label={t("history.title")}>
      <Head onClose={onClose} />
      <HistoryList onOpen={() => undefined} />
    </aside>
  );
}

function Drawer({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation("chat");
  const dialog = useRef<HTMLDialogElement>(null);
  const ask = useEffectEvent(onClose);
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (shown === null) return undefined;
    const gone = new AbortController();
    const { signal } = gone;
    shown.addEventListener("close", () => ask(), { signal });
    shown.addEventListener("click", (event) => event.target === shown && ask(), { signal });
    // Escape closes the drawer, and shall not also stop an answer behind it.
    shown.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation(), { signal });
    shown.showModal();
    return () => {
      gone.abort();
      // Only a dialog that is closed gives the focus back.
      shown.close();
    };
  }, []);
  return (
    <dialog className="history-drawer" id="history" ref={dialog} aria-label={t("history.title")}>
      <div className="history">
        <Head onClose={onClose} />
        <HistoryList onOpen={onClose} />
      </div>
    </dialog>
  );
}

function Head({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation("chat");
  return (
    <div className="history-head">
      <h2 className="history-title">{t("history.title")}</h2>
      <button
        className="button button-bare button-icon"
        type="button"
        aria-label={t("history.close")}
        title={t("history.close")}
        onClick={onClose}
      >
        <Icon name="cross" />
      </button>
    </div>
  );
}

function useIsNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia(narrow).matches);
  useEffect(() => {
    const media = matchMedia(narrow);
    const look = (): void => setNarrow(media.matches);
    media.addEventListener("change", look);
    look();
    return () => media.removeEventListener("change", look);
  }, []);
  return isNarrow;
}
