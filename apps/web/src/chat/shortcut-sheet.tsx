import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { Dialog } from "../ui/dialog.tsx";
import { shortcuts } from "./shortcuts.ts";
import "./shortcut-sheet.css";

/** Keys that work wherever the focus is. */
const always = [
  { command: "send", keys: ["Enter"] },
  { command: "line", keys: ["Shift", "Enter"] },
  { command: "stop", keys: ["Esc"] },
] as const;

/** Lists every shortcut, and switches the single keys off for who speaks or presses them by accident. */
export function ShortcutSheet({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const { preferences } = usePage();
  const on = useStore(preferences.store, (p) => p.shortcuts);
  const row = (
    command: (typeof always | typeof shortcuts)[number]["command"],
    keys: readonly string[],
  ): ReactElement => (
    <tr key={command}>
      <th scope="row">{t(`chat:shortcuts.commands.${command}`)}</th>
      <td>
        {keys.map((key, i) => (
          <span key={key}>
            {i > 0 && " + "}
            <kbd>{key}</kbd>
          </span>
        ))}
      </td>
    </tr>
  );
  return (
    <Dialog title={t("chat:shortcuts.title")} onClose={onClose}>
      <label className="keys-switch">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => preferences.change({ shortcuts: event.currentTarget.checked })}
        />
        {t("chat:shortcuts.on")}
      </label>
      <p className="keys-note">{t("chat:shortcuts.lead")}</p>
      <table className="keys" data-on={on}>
        <thead className="unseen">
          <tr>
            <th scope="col">{t("chat:shortcuts.command")}</th>
            <th scope="col">{t("chat:shortcuts.key")}</th>
          </tr>
        </thead>
        <tbody>{shortcuts.map(({ command, key }) => row(command, [key]))}</tbody>
      </table>
      <h3 className="keys-title">{t("chat:shortcuts.always")}</h3>
      <table className="keys" data-on>
        <tbody>{always.map(({ command, keys }) => row(command, keys))}</tbody>
      </table>
    </Dialog>
  );
}
