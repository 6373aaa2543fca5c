import type { Schedule } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { fromClock, toClock } from "./clock-minutes.ts";
import { dayName, week } from "./describe-schedule.ts";

/** Days and hours. No day chosen is every day, and is shown so. */
export function ScheduleFields(props: {
  readonly schedule: Schedule;
  readonly onChange: (schedule: Schedule) => void;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const { schedule, onChange } = props;
  const days = schedule.days.length === 0 ? week : schedule.days;
  const toggle = (day: number, isOn: boolean): void => {
    const next = week.filter((other) => (other === day ? isOn : days.includes(other)));
    onChange({ ...schedule, days: next.length === week.length ? [] : next });
  };
  const time = (field: "fromMinute" | "toMinute", name: string): ReactElement => (
    <label className="field">
      <span className="field-name">{name}</span>
      <input
        className="input"
        type="time"
        required
        value={toClock(schedule[field])}
        onChange={(event) => {
          const minute = fromClock(event.currentTarget.value);
          if (minute !== null) onChange({ ...schedule, [field]: minute });
        }}
      />
    </label>
  );
  return (
    <>
      <fieldset className="days">
        <legend className="field-name">{t("donate:rules.schedule.days")}</legend>
        {week.map((day) => (
          <label className="day" key={day}>
            <input
              className="check"
              type="checkbox"
              aria-label={dayName(day, i18n.language, "long")}
              checked={days.includes(day)}
              onChange={(event) => toggle(day, event.currentTarget.checked)}
            />
            <span aria-hidden="true">{dayName(day, i18n.language, "short")}</span>
          </label>
        ))}
      </fieldset>
      <div className="hours">
        {time("fromMinute", t("donate:rules.schedule.from"))}
        {time("toMinute", t("donate:rules.schedule.to"))}
      </div>
    </>
  );
}
