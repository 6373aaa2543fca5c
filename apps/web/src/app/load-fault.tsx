import { Component, type ReactElement, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import "./load-fault.css";

/** Says so where a page's code could not be loaded, as without a network or after the server's files were replaced. */
export class LoadFault extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state: { readonly failed: boolean } = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Fault /> : this.props.children;
  }
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
