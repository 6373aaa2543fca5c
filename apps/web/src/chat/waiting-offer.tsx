import { type ReactElement, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { usePage } from "../app/page.ts";
import "./offer.css";

/** What can be done while an answer waits for a donor: become one, ask somebody, or leave it at what is there. */
export function WaitingOffer(): ReactElement {
  const { t } = useTranslation();
  const { chat, query } = usePage();
  return (
    <div className="offer">
      <Link className="button" href={`/donate${query}`}>
        {t("chat:offer.donate")}
      </Link>
      <Invite />
      <button className="button button-bare" type="button" onClick={() => chat.stop()}>
        {t("chat:offer.stop")}
      </button>
    </div>
  );
}

/** Pages without TLS may not write to the clipboard; there the address bar has to do. */
function Invite(): ReactElement | null {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const clipboard = (navigator as Partial<Navigator>).clipboard;
  if (clipboard === undefined) return null;
  const copy = (): void => {
    clipboard.writeText(new URL("/donate", location.href).href).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <button className="button" type="button" onClick={copy}>
      {t(copied ? "chat:offer.invited" : "chat:offer.invite")}
    </button>
  );
}
