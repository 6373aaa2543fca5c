import { type ReactElement, useId } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { knobs, longestSystem } from "../conversation/settings-schema.ts";
import { NumberField } from "../ui/number-field.tsx";
import { PresetPicker } from "./preset-picker.tsx";
import "./settings-panel.css";

/** How the answers of the open chat are made. Beside the conversation where there is room, else over it while `open`. */
export function SettingsPanel({ open }: { readonly open: boolean }): ReactElement {
  const { t } = useTranslation("chat");
  const { chat } = usePage();
  const settings = useStore(chat.store, (s) => s.conversation.settings);
  const id = useId();
  /** A knob that always has a number; what is no number changes nothing. */
  const knob = (
    name: "temperature" | "topP" | "topK" | "minP" | "repetitionPenalty" | "maxNewTokens",
    words: string,
    hint: string,
    step: number,
  ): ReactElement => (
    <NumberField
      name={words}
      hint={hint}
      value={settings[name]}
      step={step}
      {...knobs[name]}
      clamp
      onChange={(value) => value !== null && chat.changeSettings({ [name]: value })}
    />
  );
  return (
    <aside className="settings" id="settings" aria-label={t("settings.panel")} data-open={open}>
      <h2 className="settings-title">{t("settings.title")}</h2>
      <PresetPicker />
      <div className="field">
        <label className="field-name" htmlFor={id}>
          {t("settings.system")}
        </label>
        <textarea
          className="input settings-system"
          id={id}
          rows={3}
          maxLength={longestSystem}
          aria-describedby={`${id}-hint`}
          value={settings.system}
          onChange={(event) => chat.changeSettings({ system: event.currentTarget.value })}
        />
        <p className="field-hint" id={`${id}-hint`}>
          {t("settings.systemHint")}
        </p>
      </div>
      {knob("temperature", t("settings.temperature"), t("settings.temperatureHint"), 0.1)}
      {knob("maxNewTokens", t("settings.maxTokens"), t("settings.maxTokensHint"), 1)}
      <NumberField
        name={t("settings.seed")}
        hint={t("settings.seedHint")}
        empty={t("settings.random")}
        value={settings.seed}
        step={1}
        {...knobs.seed}
        clamp
        onChange={(value) => chat.changeSettings({ seed: value })}
      />
      <details className="settings-more">
        <summary>{t("settings.more")}</summary>
        <div className="settings-knobs">
          {knob("topP", t("settings.topP"), t("settings.topPHint"), 0.05)}
          {knob("topK", t("settings.topK"), t("settings.topKHint"), 1)}
          {knob("minP", t("settings.minP"), t("settings.minPHint"), 0.05)}
          {knob("repetitionPenalty", t("settings.repetition"), t("settings.repetitionHint"), 0.05)}
        </div>
      </details>
    </aside>
  );
}
