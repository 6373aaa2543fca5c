import { type ReactElement, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePage } from "../../app/page.ts";
import { adminApi } from "./admin-api.ts";
import { adminToken } from "./admin-token.ts";
import { Desk } from "./desk.tsx";
import { TokenForm } from "./token-form.tsx";
import "../partners-page.css";
import "./admin-page.css";

/** Where the operator registers, changes and revokes keys. Nothing leads here; whoever comes must know the token. */
export function AdminPage(): ReactElement {
  const { t } = useTranslation();
  const { server, session } = usePage();
  const [shelf] = useState(() => adminToken(session));
  const [token, setToken] = useState(() => shelf.read());
  const [refused, setRefused] = useState(false);
  const api = useMemo(() => (token === null ? null : adminApi(server, token)), [server, token]);
  const keep = (next: string | null): void => {
    shelf.write(next);
    setToken(next);
  };
  return (
    <div className="page admin">
      <meta name="robots" content="noindex" />
      <div>
        <h1>{t("admin:heading")}</h1>
        <p className="page-lead">{t("admin:lead")}</p>
      </div>
      {api === null ? (
        <TokenForm
          refused={refused}
          onToken={(given) => {
            setRefused(false);
            keep(given);
          }}
        />
      ) : (
        <Desk
          api={api}
          onForget={(isRefused) => {
            setRefused(isRefused);
            keep(null);
          }}
        />
      )}
    </div>
  );
}
