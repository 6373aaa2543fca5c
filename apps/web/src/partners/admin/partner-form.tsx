import type { Partner, PartnerDraft } from "@potluck/protocol";
import { type ReactElement, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../ui/dialog.tsx";
import type { Asked } from "../ask-server.ts";
import { describeFault } from "./describe-fault.ts";
import { DraftFieldRow } from "./draft-field-row.tsx";
import { type DraftFaults, limits, readDraft, type TypedDraft } from "./read-draft.ts";
import { useSending } from "./use-sending.ts";

const firstMaxTabs = 1000;

/** Registers a site, or changes one. What is wrong is said beside its field, whether this page or the server found it. */
export function PartnerForm(props: {
  /** Null for another one. */
  readonly partner: Partner | null;
  readonly send: (draft: PartnerDraft, left: AbortSignal) => Promise<Asked<Partner> | null>;
  readonly onRefused: () => void;
  readonly onSaved: (partner: Partner) => void;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { partner, onRefused, onSaved, onClose } = props;
  const [typed, setTyped] = useState<TypedDraft>({
    name: partner?.name ?? "",
    origins: partner?.origins.join("\n") ?? "",
    maxTabs: String(partner?.maxTabs ?? firstMaxTabs),
    isListed: partner?.isListed ?? true,
  });
  const [found, setFound] = useState<DraftFaults>({});
  const [state, send] = useSending({ onDone: onSaved, onRefused });
  const form = useRef<HTMLFormElement>(null);
  const told = typeof state === "object" ? state : null;
  const field = told?.kind === "field" ? (told.field?.split(".")[0] ?? null) : null;
  const theirs = told?.kind === "field" && (field === "name" || field === "origins" || field === "maxTabs");
  const faultOf = (name: "name" | "origins" | "maxTabs"): string | null =>
    found[name] ?? (theirs && field === name ? describeFault(told, t) : null);

  const save = (): void => {
    const read = readDraft(typed, t);
    if ("draft" in read) {
      setFound({});
      send((left) => props.send(read.draft, left));
      return;
    }
    setFound(read.faults);
    const first = (["name", "origins", "maxTabs"] as const).find((name) => read.faults[name] !== undefined);
    if (first !== undefined) form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
  };
  const change = (part: Partial<TypedDraft>): void => setTyped((before) => ({ ...before, ...part }));

  return (
    <Dialog
      title={partner === null ? t("admin:form.register") : t("admin:form.edit", { name: partner.name })}
      onClose={onClose}
    >
      <form
        className="admin-form"
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <DraftFieldRow name="name" label={t("admin:form.name")} hint={t("admin:form.nameHint")} fault={faultOf("name")}>
          {(wiring) => (
            <input
              className="input"
              {...wiring}
              autoComplete="off"
              value={typed.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
          )}
        </DraftFieldRow>
        <DraftFieldRow
          name="origins"
          label={t("admin:form.origins")}
          hint={t("admin:form.originsHint")}
          fault={faultOf("origins")}
        >
          {(wiring) => (
            <textarea
              className="input admin-origins"
              {...wiring}
              rows={3}
              spellCheck={false}
              value={typed.origins}
              onChange={(event) => change({ origins: event.currentTarget.value })}
            />
          )}
        </DraftFieldRow>
        <DraftFieldRow name="maxTabs" label={t("admin:form.maxTabs")} fault={faultOf("maxTabs")}>
          {(wiring) => (
            <input
              className="input"
              {...wiring}
              type="number"
              inputMode="numeric"
              min={limits.maxTabs.min}
              max={limits.maxTabs.max}
              step={1}
              value={typed.maxTabs}
              onChange={(event) => change({ maxTabs: event.currentTarget.value })}
            />
          )}
        </DraftFieldRow>
        <label className="admin-listed">
          <input
            type="checkbox"
            checked={typed.isListed}
            onChange={(event) => change({ isListed: event.currentTarget.checked })}
          />
          {t("admin:form.isListed")}
        </label>
        <p className="field-fault" role="alert">
          {told !== null && !theirs && describeFault(told, t)}
        </p>
        <div className="admin-bar">
          <button className="button button-main" type="submit" aria-disabled={state === "sending"}>
            {t(state === "sending" ? "admin:form.saving" : "admin:form.save")}
          </button>
          <button className="button" type="button" onClick={onClose}>
            {t("admin:form.cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
