import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { themes } from "../preferences/preferences.ts";
import { Icon } from "../ui/icon.tsx";
import { usePage } from "./page.ts";
import { useTheme } from "./use-theme.ts";

const icons = { system: "auto", light: "sun", dark: "moon" } as const;

/** Goes round system, light, dark. */
export function ThemeToggle(): ReactElement {
  const { t } = useTranslation();
  const { preferences } = usePage();
  const theme = useStore(preferences.store, (p) => p.theme);
  useTheme(theme);
  const label = t(`theme.${theme}`);
  return (
    <button
      className="button button-bare button-icon"
      type="button"
      aria-label={label}
      title={label}
      onClick={() => preferences.change({ theme: themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system" })}
    >
      <Icon name={icons[theme]} />
    </button>
  );
}
