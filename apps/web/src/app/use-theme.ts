import { useEffect } from "react";
import type { Preferences } from "../preferences/preferences.ts";

/** Of the page's paper (ui/tokens.css), for the browser's own frame around it. */
const papers = { light: "#faf7f2", dark: "#171513" } as const;

/** Shows the page, and the browser's frame around it, in the chosen theme. */
export function useTheme(theme: Preferences["theme"]): void {
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      meta.content = papers[theme === "system" ? (meta.media.includes("dark") ? "dark" : "light") : theme];
    }
  }, [theme]);
}
