import type { AdminPartner, Partner } from "@potluck/protocol";
import { type ReactElement, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyBlock } from "../../ui/copy-block.tsx";
import { scriptTag } from "../embed-code.ts";
import { giftHours } from "../gift-hours.ts";
import type { AdminApi } from "./admin-api.ts";
import { PartnerDays } from "./partner-days.tsx";
import { PartnerForm } from "./partner-form.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";

/** One key: whose it is, what its visitors gave, and what can be done with it. */
export function PartnerCard(props: {
  readonly partner: AdminPartner;
  readonly api: AdminApi;
  readonly onRefused: () => void;
  readonly onChanged: (what: "changed" | "revoked" | "restored", partner: Partner) => void;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const { partner, api, onRefused, onChanged } = props;
  const { key, name, gifts } = partner;
  const id = useId();
  const [open, setOpen] = useState<"form" | "sure" | null>(null);
  const day = (ms: number): string => new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium" }).format(ms);
  const isGood = partner.revokedMs === null;
  const sums = [
    ["consents", gifts.consents],
    ["answers", gifts.answers],
    ["tokens", gifts.tokens],
    ["hours", giftHours(gifts)],
  ] as const;
  return (
    <article className="card admin-part" aria-labelledby={id} data-site={key} data-good={isGood}>
      <div className="admin-head">
        <h3 id={id}>{name}</h3>
        <span className="admin-badge" data-good={isGood}>
          {partner.revokedMs === null ? t("admin:key.good") : t("admin:key.revoked", { day: day(partner.revokedMs) })}
        </span>
        {!partner.isListed && <span className="admin-badge">{t("admin:key.unlisted")}</span>}
      </div>
      <dl className="admin-facts">
        <div className="admin-wide">
          <dt>{t("admin:key.key")}</dt>
          <dd>
            <code>{key}</code>
          </dd>
        </div>
        <div className="admin-wide">
          <dt>{t("admin:key.origins")}</dt>
          <dd>
            {partner.origins.map((origin) => (
              <code key={origin}>{origin}</code>
            ))}
          </dd>
        </div>
        <div>
          <dt>{t("admin:key.since")}</dt>
          <dd>{day(partner.createdMs)}</dd>
        </div>
        <div>
          <dt>{t("admin:key.tabs")}</dt>
          <dd>{t("admin:key.tabsOf", { now: partner.tabsNow, most: partner.maxTabs })}</dd>
        </div>
        {sums.map(([what, n]) => (
          <div key={what}>
            <dt>{t(`admin:gifts.${what}`)}</dt>
            <dd>{t("count", { n })}</dd>
          </div>
        ))}
      </dl>
      <div className="admin-bar">
        <button
          className="button"
          type="button"
          aria-label={t("admin:key.editOf", { name })}
          onClick={() => setOpen("form")}
        >
          {t("admin:key.edit")}
        </button>
        <button
          className="button"
          type="button"
          aria-label={t(isGood ? "admin:key.revokeOf" : "admin:key.restoreOf", { name })}
          onClick={() => setOpen("sure")}
        >
          {t(isGood ? "admin:key.revoke" : "admin:key.restore")}
        </button>
      </div>
      {isGood && <CopyBlock name={t("admin:key.tag", { name })} text={scriptTag(location.origin, key)} />}
      <PartnerDays partner={partner} />
      {open === "form" && (
        <PartnerForm
          partner={partner}
          send={(draft, left) => api.change(key, draft, left)}
          onRefused={onRefused}
          onClose={() => setOpen(null)}
          onSaved={(saved) => {
            setOpen(null);
            onChanged("changed", saved);
          }}
        />
      )}
      {open === "sure" && (
        <RevokeDialog
          name={name}
          isRevoking={isGood}
          send={(left) => api.change(key, { isRevoked: isGood }, left)}
          onRefused={onRefused}
          onClose={() => setOpen(null)}
          onDone={(saved) => {
            setOpen(null);
            onChanged(isGood ? "revoked" : "restored", saved);
          }}
        />
      )}
    </article>
  );
}
