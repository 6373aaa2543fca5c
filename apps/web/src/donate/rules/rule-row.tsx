import type { SensorReport } from "@potluck/donor";
import { type ReactElement, type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "../../i18n/create-words.ts";

/** Why a rule can't be chosen in this browser; null when it can. */
function blockedBy(sensor: SensorReport, t: Words): string | null {
  switch (sensor.kind) {
    case "works":
    case "ask":
      return null;
    case "denied":
      return t("donate:rules.sensor.denied");
    case "missing":
      return t(`donate:rules.sensor.${sensor.why}`);
    default:
      return sensor satisfies never;
  }
}

/** A rule that is on or off, what it does now in a sentence, and below it what belongs to it. */
export function RuleRow(props: {
  readonly rule: string;
  readonly name: string;
  readonly words: string;
  readonly isOn: boolean;
  /** What the rule needs of the browser; missing where it needs nothing, null until it is known. */
  readonly sensor?: SensorReport | null;
  readonly onChange: (isOn: boolean) => void;
  readonly children?: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const { rule, name, words, isOn, sensor = { kind: "works" }, onChange, children } = props;
  const id = useId();
  const blocked = sensor === null ? null : blockedBy(sensor, t);
  const shown = isOn && blocked === null;
  return (
    <div className="rule" data-rule={rule} data-blocked={blocked !== null}>
      <label className="rule-name">
        <input
          className="check"
          type="checkbox"
          checked={shown}
          disabled={sensor === null || blocked !== null}
          aria-describedby={id}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        {name}
      </label>
      <p className="rule-words" id={id}>
        {blocked ?? words}
        {blocked === null && !isOn && sensor?.kind === "ask" && ` ${t("donate:rules.sensor.ask")}`}
      </p>
      {shown && children !== undefined && <div className="rule-more">{children}</div>}
    </div>
  );
}
