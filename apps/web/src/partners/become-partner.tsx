import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { CopyBlock } from "../ui/copy-block.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { apiSample, directives, elementTag, keyToFill, scriptTag } from "./embed-code.ts";
import { VersionedTag } from "./versioned-tag.tsx";

const attributes = [
  ["data-site", "pk_…"],
  ["data-position", "corner | inline"],
  ["data-theme", "auto | light | dark"],
  ["data-language", "en | zh | de | es"],
] as const;

/** How to ask for a key, and what to put into a page. */
export function BecomePartner(): ReactElement {
  const { t } = useTranslation();
  const { origin } = location;
  return (
    <section className="card partners-part" aria-labelledby="partners-become">
      <h2 id="partners-become">{t("partners:become.heading")}</h2>
      <ol className="partners-points">
        <li>{t("partners:become.ask")}</li>
        <li>{t("partners:become.put", { key: keyToFill })}</li>
        <li>{t("partners:become.tell")}</li>
      </ol>
      <CopyBlock name={t("partners:code.tag")} text={scriptTag(origin, keyToFill)} />
      <p className="partners-soft">{t("partners:code.tagHint")}</p>
      <VersionedTag />
      <h3>{t("partners:attributes.heading")}</h3>
      <ScrollBox name={t("partners:attributes.heading")}>
        <table className="partners-table partners-words">
          <thead>
            <tr>
              <th scope="col">{t("partners:attributes.name")}</th>
              <th scope="col">{t("partners:attributes.values")}</th>
              <th scope="col">{t("partners:attributes.what")}</th>
            </tr>
          </thead>
          <tbody>
            {attributes.map(([name, values]) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>
                  <code>{values}</code>
                </td>
                <td>{t(`partners:attributes.${name}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <CopyBlock name={t("partners:code.element")} text={elementTag(origin, keyToFill)} />
      <p className="partners-soft">{t("partners:code.elementHint")}</p>
      <CopyBlock name={t("partners:code.policy")} text={directives(origin)} />
      <p className="partners-soft">{t("partners:code.policyHint")}</p>
      <CopyBlock name={t("partners:code.api")} text={apiSample} />
      <p className="partners-soft">{t("partners:code.apiHint")}</p>
    </section>
  );
}
