import type { Partner } from "@potluck/protocol";
import { type ReactElement, useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyBlock } from "../../ui/copy-block.tsx";
import { AskFault } from "../ask-fault.tsx";
import { scriptTag } from "../embed-code.ts";
import type { AdminApi } from "./admin-api.ts";
import { describeFault } from "./describe-fault.ts";
import { PartnerCard } from "./partner-card.tsx";
import { PartnerForm } from "./partner-form.tsx";
import { useKeys } from "./use-keys.ts";

/** All keys, and a form for another. `onForget(true)`: the server does not know the token any more. */
export function Desk(props: { readonly api: AdminApi; readonly onForget: (isRefused: boolean) => void }): ReactElement {
  const { t } = useTranslation();
  const { api, onForget } = props;
  const refused = (): void => onForget(true);
  const [keys, look] = useKeys(api, refused);
  const [isRegistering, setRegistering] = useState(false);
  const [registered, setRegistered] = useState<Partner | null>(null);
  const [said, setSaid] = useState("");
  return (
    <>
      <div className="admin-bar">
        <button className="button button-main" type="button" onClick={() => setRegistering(true)}>
          {t("admin:list.register")}
        </button>
        <button className="button" type="button" onClick={look}>
          {t("admin:list.refresh")}
        </button>
        <button className="button button-bare" type="button" onClick={() => onForget(false)}>
          {t("admin:token.forget")}
        </button>
      </div>
      <output className="admin-said">{said}</output>
      {isRegistering && (
        <PartnerForm
          partner={null}
          send={(draft, left) => api.register(draft, left)}
          onRefused={refused}
          onClose={() => setRegistering(false)}
          onSaved={(partner) => {
            setRegistering(false);
            setRegistered(partner);
            setSaid(t("admin:said.registered", { name: partner.name }));
            look();
          }}
        />
      )}
      {registered !== null && (
        <section className="card admin-part" aria-label={t("admin:key.tag", { name: registered.name })}>
          <CopyBlock
            name={t("admin:key.tag", { name: registered.name })}
            text={scriptTag(location.origin, registered.key)}
          />
        </section>
      )}
      <section className="admin-part" aria-labelledby="admin-keys">
        <h2 id="admin-keys">{t("admin:list.heading")}</h2>
        {keys.kind === "asking" && <output>{t("admin:list.wait")}</output>}
        {keys.kind === "fault" && (
          <AskFault why={describeFault(keys.fault, t)} retry={t("admin:fault.retry")} onRetry={look} />
        )}
        {keys.kind === "here" && keys.partners.length === 0 && <p className="partners-soft">{t("admin:list.none")}</p>}
        {keys.kind === "here" &&
          keys.partners.map((partner) => (
            <PartnerCard
              key={partner.key}
              partner={partner}
              api={api}
              onRefused={refused}
              onChanged={(what, { name }) => {
                setRegistered(null);
                setSaid(t(`admin:said.${what}`, { name }));
                look();
              }}
            />
          ))}
      </section>
    </>
  );
}
