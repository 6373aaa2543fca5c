import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePage } from "../app/page.ts";
import { createReciter, type Spoken } from "./reciter.ts";

/** More often nobody can follow, and a browser may drop what it has not told yet. */
const everyMs = 1500;

/** The last finished sentences of the answer that is being written, for a polite live region. */
export function useSpoken(): readonly Spoken[] {
  const { t } = useTranslation();
  const { chat } = usePage();
  const [spoken, setSpoken] = useState<readonly Spoken[]>([]);
  useEffect(() => {
    const reciter = createReciter(
      async () => (await import("../markdown/speakable.ts")).speakable,
      { code: t("chat:spoken.code"), formula: t("chat:spoken.formula") },
      setSpoken,
      { everyMs, later: (act, ms) => setTimeout(act, ms), now: () => performance.now() },
    );
    const unsubscribe = chat.store.subscribe(({ exchanges }) => reciter.look(exchanges));
    return () => {
      unsubscribe();
      reciter.stop();
    };
  }, [chat, t]);
  return spoken;
}
