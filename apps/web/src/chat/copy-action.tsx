import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../ui/icon.tsx";
import { useCopy } from "../ui/use-copy.ts";

/** How long it says what became of it. */
const saysForMs = 2500;

/** Copies an answer as the Markdown that it is, and says so. */
export function CopyAction({ text }: { readonly text: string }): ReactElement {
  const { t } = useTranslation();
  const [outcome, copy] = useCopy(text, saysForMs);
  const words = outcome === null ? "" : t(outcome === "copied" ? "chat:actions.copied" : "chat:actions.notCopied");
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
        <Icon name={outcome === "copied" ? "check" : outcome === "failed" ? "cross" : "copy"} />
      </button>
      <output className="unseen">{words}</output>
    </>
  );
}
