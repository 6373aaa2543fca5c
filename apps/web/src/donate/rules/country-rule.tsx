import { type ReactElement, useId, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { namedCountries } from "./countries.ts";
import { browserZones, suggestCountries } from "./suggest-countries.ts";

/** Whether the swarm's map counts this donor, and where. Nothing is chosen until the person chooses. */
export function CountryRule(props: {
  readonly country: string | null;
  readonly onChange: (country: string | null) => void;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const id = useId();
  const all = useMemo(() => namedCountries(i18n.language), [i18n.language]);
  const near = useMemo(() => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const codes = suggestCountries(timeZone, navigator.language, browserZones);
    return all.filter(({ code }) => codes.includes(code));
  }, [all]);
  return (
    <div className="rule" data-rule="country">
      <label className="rule-name" htmlFor={id}>
        {t("donate:rules.country.name")}
      </label>
      <p className="rule-words" id={`${id}-words`}>
        {t("donate:rules.country.hint")}
      </p>
      <select
        className="input select"
        id={id}
        value={props.country ?? ""}
        aria-describedby={`${id}-words`}
        onChange={(event) => props.onChange(event.currentTarget.value === "" ? null : event.currentTarget.value)}
      >
        <option value="">{t("donate:rules.country.none")}</option>
        {near.length > 0 && (
          <optgroup label={t("donate:rules.country.suggested")}>
            {near.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </optgroup>
        )}
        <optgroup label={t("donate:rules.country.all")}>
          {all
            .filter((country) => !near.includes(country))
            .map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
        </optgroup>
      </select>
    </div>
  );
}
