import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { languages, languageTags } from "@potluck/words";
import type { Preferences } from "../preferences/preferences.ts";
import { Icon } from "../ui/icon.tsx";
import { usePage } from "./page.ts";

/** Names each language in itself, so that who can't read the page finds theirs. */
export function LanguageMenu(): ReactElement {
  const { t } = useTranslation();
  const { preferences, speech } = usePage();
  const chosen = useStore(preferences.store, (p) => p.language);
  return (
    <span className="language" title={t("language.name")}>
      <Icon name="globe" />
      <select
        className="language-menu"
        aria-label={t("language.name")}
        value={chosen}
        onChange={(event) => void speech.choose(event.currentTarget.value as Preferences["language"])}
      >
        <option value="system">{t("language.system", { language: languages[speech.system] })}</option>
        {languageTags.map((tag) => (
          <option key={tag} value={tag} lang={tag}>
            {languages[tag]}
          </option>
        ))}
      </select>
    </span>
  );
}
