import type { Partner } from "@potluck/protocol";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../ui/dialog.tsx";
import type { Asked } from "../ask-server.ts";
import { describeFault } from "./describe-fault.ts";
import { useSending } from "./use-sending.ts";

/** Asks before a key is taken back or given again, and says what that does. */
export function RevokeDialog(props: {
  readonly name: string;
  readonly isRevoking: boolean;
  readonly send: (left: AbortSignal) => Promise<Asked<Partner> | null>;
  readonly onRefused: () => void;
  readonly onDone: (partner: Partner) => void;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { name, isRevoking, onClose } = props;
  const what = isRevoking ? "revoke" : "restore";
  const [state, send] = useSending(props);
  return (
    <Dialog title={t(`admin:sure.${what}`, { name })} onClose={onClose}>
      <p>{t(`admin:sure.${what}Words`)}</p>
      <p className="field-fault" role="alert">
        {typeof state === "object" && describeFault(state, t)}
      </p>
      <div className="admin-bar">
        <button
          className="button button-main"
          type="button"
          aria-disabled={state === "sending"}
          onClick={() => send(props.send)}
        >
          {state === "sending" ? t("admin:form.saving") : t(`admin:key.${what}`)}
        </button>
        <button className="button" type="button" onClick={onClose}>
          {t("admin:sure.no")}
        </button>
      </div>
    </Dialog>
  );
}
