import type { CachedModel } from "@potluck/donor";
import { type ReactElement, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

/** A model's bytes on this device. Deleting asks in the same place, with the focus on what deletes nothing. */
export function CachedRow(props: {
  readonly model: CachedModel;
  readonly name: string;
  readonly onDelete: () => Promise<void>;
}): ReactElement {
  const { t } = useTranslation();
  const { model, name, onDelete } = props;
  const id = useId();
  const [asking, setAsking] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const before = useRef(asking);
  const keep = useRef<HTMLButtonElement>(null);
  const ask = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (before.current !== asking) (asking ? keep : ask).current?.focus();
    before.current = asking;
  }, [asking]);

  const confirm = async (): Promise<void> => {
    if (deleting) return;
    setDeleting(true);
    await onDelete();
    setDeleting(false);
    setAsking(false);
  };
  return (
    <li className="cached-row" data-model={model.modelId}>
      <div className="cached-words">
        <p className="cached-name">{name}</p>
        <p className="donate-soft" id={id}>
          {t("donate:cache.size", { n: model.bytes })}
          {model.inUse && ` · ${t("donate:cache.inUse")}`}
        </p>
      </div>
      {asking && !model.inUse ? (
        <fieldset className="cached-sure" aria-label={t("donate:cache.deleteOf", { model: name })}>
          <p>{t("donate:cache.sure", { model: name, n: model.bytes })}</p>
          <button className="button" type="button" ref={keep} onClick={() => setAsking(false)}>
            {t("donate:cache.no")}
          </button>
          <button className="button button-main" type="button" aria-disabled={deleting} onClick={() => void confirm()}>
            {t("donate:cache.yes")}
          </button>
        </fieldset>
      ) : (
        <button
          className="button"
          type="button"
          ref={ask}
          aria-label={t("donate:cache.deleteOf", { model: name })}
          aria-describedby={id}
          disabled={model.inUse}
          onClick={() => setAsking(true)}
        >
          {t("donate:cache.delete")}
        </button>
      )}
    </li>
  );
}
