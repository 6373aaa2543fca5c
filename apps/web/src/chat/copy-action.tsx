import { type ReactElement, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../ui/icon.tsx";

/** How long it says what became of it. */
const saysForMs = 2500;

/** Copies an answer as the Markdown that it is, and says so. */
export function CopyAction({ text }: { readonly text: string }): ReactElement {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<"copied" | "notCopied" | null>(null);
  useEffect(() => {
    const timer = outcome === null ? undefined : setTimeout(() => setOutcome(null), saysForMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
    } catch {
      // A page without TLS has no clipboard, and a person may forbid it.
      setOutcome("notCopied");
    }
  };
  const words = outcome === null ? "" : t(`chat:actions.${outcome}`);
  return (
    <>
      <button
        className="action"
        type="button"
        data-action="copy"
        aria-label={t("chat:actions.copy")}
        title={words === "" ? t("chat:actions.copy") : words}
        aria-disabled={text === ""}
        onClick={() => text !== "" && void copy()}
      >
        <Icon name={outcome === "copied" ? "check" : outcome === "notCopied" ? "cross" : "copy"} />
      </button>
      <output className="unseen">{words}</output>
    </>
  );
}
