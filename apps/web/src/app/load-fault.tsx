import type { ReactElement, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Fallback } from "../ui/fallback.tsx";
import "./load-fault.css";

/** Says so where a page's code could not be loaded, as without a network or after the server's files were replaced. */
export function LoadFault({ children }: { readonly children: ReactNode }): ReactElement {
  return <Fallback instead={<Fault />}>{children}</Fallback>;
}

function Fault(): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="page">
      <div role="alert">
        <h1>{t("load.failed")}</h1>
        <p className="page-lead">{t("load.advice")}</p>
      </div>
      <div>
        <button className="button button-main" type="button" onClick={() => location.reload()}>
          {t("load.reload")}
        </button>
      </div>
    </div>
  );
}
