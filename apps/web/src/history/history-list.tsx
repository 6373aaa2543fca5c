import { type ReactElement, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import type { HistoryEntry } from "./history.ts";
import { HistoryRow } from "./history-row.tsx";
import { saveFile } from "./save-file.ts";
import { sectionsOf } from "./sections.ts";

/** The chats of this browser: searched, opened, named, pinned, deleted, taken along. */
export function HistoryList({ onOpen }: { readonly onOpen: () => void }): ReactElement {
  const { t } = useTranslation("chat");
  const { history } = usePage();
  const { loading, entries, removed, fault } = useStore(history.store);
  const [midnightMs] = useState(() => new Date().setHours(0, 0, 0, 0));
  const [wanted, setWanted] = useState("");
  const [found, setFound] = useState<readonly HistoryEntry[] | null>(null);
  const [said, setSaid] = useState("");
  /** Whose row the keyboard was in when it changed; a new object each time. */
  const [changed, setChanged] = useState<{ readonly id: string } | null>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const file = useRef<HTMLInputElement>(null);

  useEffect(() => void history.load(), [history]);

  useEffect(() => {
    let stale = false;
    const look = wanted.trim() === "" ? Promise.resolve(null) : history.search(wanted);
    look.then((result) => !stale && setFound(result)).catch(() => !stale && setFound([]));
    return () => {
      stale = true;
    };
  }, [history, wanted]);

  useEffect(() => {
    // Only where the focus went with what it was on: who has gone on is left alone.
    if (changed === null || document.activeElement !== document.body) return;
    scroll.current?.querySelector<HTMLElement>(`[data-chat="${CSS.escape(changed.id)}"] summary`)?.focus();
  }, [changed]);

  /** What was found, as it is called now and without what was deleted since. */
  const hits = (found ?? []).flatMap(({ id, snippet }) => {
    const entry = entries.find((each) => each.id === id);
    return entry === undefined ? [] : [{ ...entry, snippet }];
  });
  const rows = (list: readonly HistoryEntry[]): ReactElement => (
    <ul className="history-rows">
      {list.map((entry) => (
        <HistoryRow
          key={entry.id}
          entry={entry}
          onOpen={onOpen}
          onChanged={() => setChanged({ id: entry.id })}
          onRemove={() => search.current?.focus()}
        />
      ))}
    </ul>
  );

  return (
    <div className="history-list">
      <input
        className="input"
        ref={search}
        type="search"
        aria-label={t("history.search")}
        placeholder={t("history.search")}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      <output className="unseen">{found === null ? "" : t("history.found", { count: hits.length })}</output>
      {fault !== null && (
        <p className="history-fault" role="alert">
          {t("history.unreadable")} {t("history.unreadableAdvice")}
        </p>
      )}
      <div className="history-scroll" ref={scroll}>
        {found !== null &&
          (hits.length === 0 ? <p className="history-hint">{t("history.nothingFound")}</p> : rows(hits))}
        {found === null && loading && <p className="history-hint">{t("history.wait")}</p>}
        {found === null && !loading && entries.length === 0 && <p className="history-hint">{t("history.none")}</p>}
        {found === null &&
          sectionsOf(entries, midnightMs).map((section) => (
            <section key={section.name} aria-label={t(`history.${section.name}`)}>
              <h3 className="history-section">{t(`history.${section.name}`)}</h3>
              {rows(section.entries)}
            </section>
          ))}
      </div>
      <output className="history-news">
        {removed !== null && (
          <>
            <span>{t("history.removed", { title: removed.title === "" ? t("history.untitled") : removed.title })}</span>
            <button
              className="button"
              type="button"
              onClick={() => {
                search.current?.focus();
                history.undo().catch(() => undefined);
              }}
            >
              {t("history.undo")}
            </button>
          </>
        )}
        {removed === null && said !== "" && <span>{said}</span>}
      </output>
      <div className="history-foot">
        <button
          className="button button-bare"
          type="button"
          disabled={entries.length === 0}
          onClick={() => {
            history.exportChats(null, "json").then(saveFile, () => undefined);
          }}
        >
          {t("history.exportAll")}
        </button>
        <button className="button button-bare" type="button" onClick={() => file.current?.click()}>
          {t("history.import")}
        </button>
        <input
          ref={file}
          type="file"
          hidden
          accept="application/json,.json"
          aria-label={t("history.import")}
          onChange={(event) => {
            const input = event.currentTarget;
            const chosen = input.files?.[0];
            if (chosen === undefined) return;
            history.importChats(chosen).then(setSaid, () => setSaid(t("history.unreadable")));
            // The same file again is a change again.
            input.value = "";
          }}
        />
      </div>
    </div>
  );
}
