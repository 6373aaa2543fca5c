import { type ReactElement, useState } from "react";
import { useTranslation } from "react-i18next";
import { InviteDialog } from "./invite-dialog.tsx";

/** Opens the link for others. `look` is the button's classes. */
export function InviteButton({ look }: { readonly look: string }): ReactElement {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button className={look} type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t("invite.open")}
      </button>
      {open && <InviteDialog url={new URL("/", location.href).href} onClose={() => setOpen(false)} />}
    </>
  );
}
