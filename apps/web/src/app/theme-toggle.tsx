import { type ReactElement, useEffect } from "react";
import { useStore } from "zustand";
import { themes } from "../preferences/preferences.ts";
import { Icon } from "../ui/icon.tsx";
import { usePage } from "./page.ts";

const looks = {
  system: { icon: "auto", label: "Theme: as the system" },
  light: { icon: "sun", label: "Theme: light" },
  dark: { icon: "moon", label: "Theme: dark" },
} as const;

/** Goes round system, light, dark. */
export function ThemeToggle(): ReactElement {
  const { preferences } = usePage();
  const theme = useStore(preferences.store, (p) => p.theme);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  const { icon, label } = looks[theme];
  return (
    <button
      className="button button-bare button-icon"
      type="button"
      aria-label={label}
      title={label}
      onClick={() => preferences.change({ theme: themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system" })}
    >
      <Icon name={icon} />
    </button>
  );
}
