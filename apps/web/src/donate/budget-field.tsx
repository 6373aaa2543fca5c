import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { limits } from "../preferences/preferences.ts";
import { NumberField } from "../ui/number-field.tsx";
import { sliderMb, sliderPosition, sliderSteps } from "./slider-scale.ts";

/** How much memory the tab may take, as a number and as a slider. */
export function BudgetField(props: {
  /** Null while it is not decided. */
  readonly mb: number | null;
  readonly hint: string;
  readonly onChange: (mb: number) => void;
  readonly onFault: (faulty: boolean) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { mb, hint, onChange, onFault } = props;
  return (
    <div className="donate-budget">
      <NumberField
        name={t("donate:budget.name")}
        hint={hint}
        value={mb}
        disabled={mb === null}
        {...(mb === null ? { empty: "…" } : {})}
        step="any"
        {...limits.budgetMb}
        onFault={onFault}
        onChange={(value) => value !== null && onChange(value)}
      />
      <input
        className="slider"
        type="range"
        aria-label={t("donate:budget.slider")}
        aria-valuetext={t("donate:budget.value", { n: (mb ?? 0) * 1e6 })}
        min={0}
        max={sliderSteps}
        value={sliderPosition(mb ?? 0)}
        disabled={mb === null}
        onChange={(event) => {
          onFault(false);
          onChange(sliderMb(Number(event.currentTarget.value)));
        }}
      />
    </div>
  );
}
