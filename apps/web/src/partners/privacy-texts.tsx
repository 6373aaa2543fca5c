import { languages, languageTags } from "@potluck/words";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { CopyBlock } from "../ui/copy-block.tsx";
import { privacyText } from "./privacy-text.ts";

/** A text for the partner's own privacy page in each language, whichever this page speaks. */
export function PrivacyTexts(): ReactElement {
  const { t } = useTranslation();
  return (
    <section className="card partners-part" aria-labelledby="partners-privacy">
      <h2 id="partners-privacy">{t("partners:privacy.heading")}</h2>
      <p className="partners-soft">{t("partners:privacy.lead")}</p>
      {languageTags.map((tag) => (
        <CopyBlock key={tag} name={languages[tag]} text={privacyText(tag, location.host)} lang={tag} prose />
      ))}
    </section>
  );
}
