import { type ReactElement, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePage } from "../../app/page.ts";
import type { ServerFault } from "../ask-server.ts";
import { adminApi } from "./admin-api.ts";
import { describeFault } from "./describe-fault.ts";

/** Asks for the token, and passes it on once the server knows it. `refused`: the one of before was taken back. */
export function TokenForm(props: {
  readonly refused: boolean;
  readonly onToken: (token: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { server } = usePage();
  const { refused, onToken } = props;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [token, setToken] = useState("");
  const [state, setState] = useState<"asking" | "empty" | ServerFault | null>(refused ? { kind: "token" } : null);
  const enter = async (): Promise<void> => {
    const given = token.trim();
    if (given === "") setState("empty");
    else {
      setState("asking");
      const answer = await adminApi(server, given).list(new AbortController().signal);
      if (answer?.kind === "here") return onToken(given);
      setState(answer);
    }
    field.current?.focus();
  };
  const fault =
    state === null || state === "asking" ? null : state === "empty" ? t("admin:token.empty") : describeFault(state, t);
  return (
    <section className="card admin-part" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{t("admin:token.heading")}</h2>
      <form
        className="admin-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (state !== "asking") void enter();
        }}
      >
        <div className="field">
          <label className="field-name" htmlFor={id}>
            {t("admin:token.name")}
          </label>
          <input
            className="input"
            id={id}
            ref={field}
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={token}
            aria-invalid={fault !== null}
            aria-describedby={`${id}-hint ${id}-fault`}
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          <p className="field-hint" id={`${id}-hint`}>
            {t("admin:token.hint")}
          </p>
          <p className="field-fault" id={`${id}-fault`} role="alert">
            {fault}
          </p>
        </div>
        <div>
          <button className="button button-main" type="submit" aria-disabled={state === "asking"}>
            {t(state === "asking" ? "admin:token.asking" : "admin:token.enter")}
          </button>
        </div>
      </form>
    </section>
  );
}
