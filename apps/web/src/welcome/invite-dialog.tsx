import { type ReactElement, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/dialog.tsx";
import { isThisDevice } from "./is-this-device.ts";
import { QrCode } from "./qr-code.tsx";
import "./invite-dialog.css";

/** The page's address for others: to copy, to share where the device can, and to photograph. */
export function InviteDialog({ url, onClose }: { readonly url: string; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<"" | "copied" | "copyYourself">("");
  // Missing on pages without TLS, and in browsers that can't share.
  const { clipboard, share } = navigator as Partial<Navigator>;
  const copy = async (): Promise<void> => {
    const copied = await clipboard?.writeText(url).then(
      () => true,
      () => false,
    );
    field.current?.select();
    setSaid(copied === true ? "copied" : "copyYourself");
  };
  const shareLink = (): void => {
    // Who takes it back rejects it too: there is nothing to tell.
    share?.call(navigator, { title: "Potluck", text: t("invite.text"), url }).catch(() => undefined);
  };
  return (
    <Dialog title={t("invite.title")} onClose={onClose}>
      <p className="invite-lead">{t("invite.lead")}</p>
      {isThisDevice(url) && <p className="invite-local">{t("invite.local")}</p>}
      <QrCode text={url} name={t("invite.code")} missing={t("invite.noCode")} />
      <div className="field">
        <label className="field-name" htmlFor={id}>
          {t("invite.link")}
        </label>
        <input
          className="input"
          id={id}
          ref={field}
          readOnly
          value={url}
          onFocus={(event) => event.currentTarget.select()}
        />
      </div>
      <div className="invite-ways">
        <button className="button button-main" type="button" onClick={() => void copy()}>
          {t("invite.copy")}
        </button>
        {share !== undefined && (
          <button className="button" type="button" onClick={shareLink}>
            {t("invite.share")}
          </button>
        )}
        <output className="invite-said">{said !== "" && t(`invite.${said}`)}</output>
      </div>
    </Dialog>
  );
}
