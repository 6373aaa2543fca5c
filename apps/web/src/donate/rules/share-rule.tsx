import { type ReactElement, useId } from "react";
import { useTranslation } from "react-i18next";

/** Of the time, how much the device computes for others. */
export function ShareRule(props: {
  /** From 0.05 to 1. */
  readonly share: number;
  readonly onChange: (share: number) => void;
}): ReactElement {
  const { t } = useTranslation();
  const id = useId();
  const percent = Math.round(props.share * 100);
  const told = t("donate:live.percent", { n: percent });
  return (
    <div className="rule" data-rule="share">
      <div className="rule-head">
        <label className="rule-name" htmlFor={id}>
          {t("donate:rules.share.name")}
        </label>
        <output className="rule-value" htmlFor={id}>
          {told}
        </output>
      </div>
      <input
        className="slider"
        id={id}
        type="range"
        min={5}
        max={100}
        step={5}
        value={percent}
        aria-valuetext={told}
        aria-describedby={`${id}-words`}
        onChange={(event) => props.onChange(Number(event.currentTarget.value) / 100)}
      />
      <p className="rule-words" id={`${id}-words`}>
        {percent < 100 ? t("donate:rules.share.on", { n: percent }) : t("donate:rules.share.off")}
      </p>
    </div>
  );
}
