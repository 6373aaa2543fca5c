import { type ReactElement, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";

/** Chooses settings by their name, and keeps those of this chat under one. */
export function PresetPicker(): ReactElement {
  const { t } = useTranslation("chat");
  const { chat, presets } = usePage();
  const settings = useStore(chat.store, (s) => s.conversation.settings);
  const list = useStore(presets.store, (s) => s.presets);
  const [name, setName] = useState("");
  const id = useId();
  const current = list.find((each) => each.id === settings.preset);
  return (
    <div className="presets">
      <div className="field">
        <label className="field-name" htmlFor={id}>
          {t("settings.preset")}
        </label>
        <select
          className="input"
          id={id}
          value={current?.id ?? ""}
          onChange={(event) => {
            const chosen = list.find((each) => each.id === event.currentTarget.value);
            presets.choose(chosen?.id ?? null);
            chat.changeSettings(chosen === undefined ? { preset: null } : { ...chosen.settings, preset: chosen.id });
          }}
        >
          <option value="">{t("settings.noPreset")}</option>
          {list.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      </div>
      <form
        className="presets-keep"
        onSubmit={(event) => {
          event.preventDefault();
          const kept = presets.keep(name, settings);
          if (kept === null) return;
          chat.changeSettings({ preset: kept.id });
          setName("");
        }}
      >
        <input
          className="input"
          aria-label={t("settings.presetName")}
          placeholder={t("settings.presetName")}
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {/* Never really disabled: it would lose the focus once it has saved. Without a name it keeps nothing. */}
        <button className="button" type="submit" aria-disabled={name.trim() === ""}>
          {t("settings.keepPreset")}
        </button>
        {current !== undefined && (
          <button
            className="button button-bare"
            type="button"
            onClick={() => {
              presets.remove(current.id);
              chat.changeSettings({ preset: null });
              document.getElementById(id)?.focus();
            }}
          >
            {t("settings.removePreset")}
          </button>
        )}
      </form>
    </div>
  );
}
