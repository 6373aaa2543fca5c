import type { ModelId } from "@potluck/protocol";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../../app/page.ts";

/** Which models this tab may serve; none chosen is any. */
export function ModelsRule(props: {
  readonly chosen: readonly ModelId[];
  readonly onChange: (models: readonly ModelId[]) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { chosen, onChange } = props;
  const offered = useStore(usePage().tab.swarm)?.models ?? [];
  const gone = chosen.filter((id) => !offered.some((model) => model.id === id));
  const choices = [
    ...offered.map(({ id, name, weightBytes }) => ({
      id,
      words: t("donate:rules.models.size", { model: name, n: weightBytes }),
    })),
    ...gone.map((id) => ({ id, words: t("donate:rules.models.gone", { model: id }) })),
  ];
  return (
    <fieldset className="rule models" data-rule="models">
      <legend className="rule-name">{t("donate:rules.models.name")}</legend>
      <p className="rule-words">
        {choices.length === 0
          ? t("donate:rules.models.none")
          : chosen.length === 0
            ? t("donate:rules.models.any")
            : t("donate:rules.models.some")}
      </p>
      {choices.map(({ id, words }) => (
        <label className="choice" key={id}>
          <input
            className="check"
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...chosen, id] : chosen.filter((other) => other !== id))
            }
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
