import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { CopyBlock } from "../ui/copy-block.tsx";
import { AskFault } from "./ask-fault.tsx";
import { keyToFill, releaseSchema, versionedTag } from "./embed-code.ts";
import { useAsked } from "./use-asked.ts";

/** The tag of one version with its hash, as the server's build printed it. */
export function VersionedTag(): ReactElement {
  const { t } = useTranslation();
  const [asked, again] = useAsked("/embed/integrity.json", releaseSchema);
  if (asked.kind === "asking") {
    return <output className="partners-soft">{t("partners:code.versionedWait")}</output>;
  }
  if (asked.kind !== "here") {
    return (
      <AskFault
        what={t("partners:code.versionedFailed")}
        why={t(`partners:fault.${asked.kind === "gone" ? "gone" : "odd"}`)}
        retry={t("partners:fault.retry")}
        onRetry={again}
      />
    );
  }
  return (
    <>
      <CopyBlock name={t("partners:code.versioned")} text={versionedTag(location.origin, asked.value, keyToFill)} />
      <p className="partners-soft">{t("partners:code.versionedHint")}</p>
    </>
  );
}
