import { type ReactElement, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

/** How long it says what became of it. */
const saysForMs = 2500;

/** Copies the text, and says so in words that are seen and heard. */
export function CopyButton({ text }: { readonly text: string }): ReactElement {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    const timer = outcome === null ? undefined : setTimeout(() => setOutcome(null), saysForMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const words = outcome === null ? "" : t(`chat:code.${outcome}`);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
    } catch {
      // A page without TLS has no clipboard, and a person may forbid it.
      setOutcome("failed");
    }
  };
  return (
    <>
      <button className="code-copy" type="button" onClick={() => void copy()}>
        {words === "" ? t("chat:code.copy") : words}
      </button>
      <output className="unseen">{words}</output>
    </>
  );
}
