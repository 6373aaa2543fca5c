import type { DonationRules, SensedRule } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { NumberField } from "../../ui/number-field.tsx";
import { useDataToday } from "../use-data-today.ts";
import { CountryRule } from "./country-rule.tsx";
import { describeSchedule, firstSchedule } from "./describe-schedule.ts";
import { ModelsRule } from "./models-rule.tsx";
import { RuleRow } from "./rule-row.tsx";
import { ScheduleFields } from "./schedule-fields.tsx";
import { ShareRule } from "./share-rule.tsx";
import { useRules } from "./use-rules.ts";
import { useSensors } from "./use-sensors.ts";
import "./rules-section.css";

const bytesPerMb = 1_000_000;
/** A new cap: an evening's answers, and a small model. */
const firstCapBytes = 2000 * bytesPerMb;
const capLimitsMb = { min: 1, max: 1_000_000 };

/** Hidden on battery is a guest's rule: here each of the two has a rule of its own. */
type Switch = Exclude<
  { [K in keyof DonationRules]: DonationRules[K] extends boolean ? K : never }[keyof DonationRules],
  "pauseHiddenOnBattery"
>;

/** When this browser helps, and with what: each rule with a sentence that says what it does now. */
export function RulesSection(): ReactElement {
  const { t, i18n } = useTranslation();
  const [rules, change] = useRules();
  const [sensors, allowIdle] = useSensors();
  const used = useDataToday();
  const sensorOf = (rule: Exclude<SensedRule, "otherWindows">) => sensors?.[rule] ?? null;
  const choose = (rule: Switch) => (isOn: boolean) => change({ [rule]: isOn });
  const plain = (rule: Switch) => ({
    rule,
    name: t(`donate:rules.${rule}.name`),
    words: t(`donate:rules.${rule}.${rules[rule] ? "on" : "off"}`),
    isOn: rules[rule],
    onChange: choose(rule),
  });

  return (
    <section className="card rules" aria-labelledby="donate-rules">
      <div>
        <h2 id="donate-rules">{t("donate:rules.heading")}</h2>
        <p className="donate-soft">{t("donate:rules.lead")}</p>
      </div>
      <fieldset className="rules-group">
        <legend>{t("donate:rules.group.device")}</legend>
        <ShareRule share={rules.share} onChange={(share) => change({ share })} />
        <RuleRow
          {...plain("onlyIdle")}
          sensor={sensorOf("onlyIdle")}
          onChange={(isOn) => {
            // Asked in the click's own handler: browsers allow it nowhere else.
            if (isOn && sensors?.onlyIdle.kind === "ask") {
              void allowIdle().then(({ kind }) => kind === "works" && change({ onlyIdle: true }));
            } else change({ onlyIdle: isOn });
          }}
        />
        <RuleRow {...plain("onlyMains")} sensor={sensorOf("onlyMains")} />
        <RuleRow {...plain("pauseHidden")} />
        <RuleRow {...plain("pauseWhenPageSuffers")} />
        <RuleRow {...plain("pauseOnSavedData")} sensor={sensorOf("pauseOnSavedData")} />
        <RuleRow {...plain("pauseOnSlowNetwork")} sensor={sensorOf("pauseOnSlowNetwork")} />
        <RuleRow {...plain("keepAwake")} sensor={sensorOf("keepAwake")} />
      </fieldset>
      <fieldset className="rules-group">
        <legend>{t("donate:rules.group.when")}</legend>
        <RuleRow
          rule="schedule"
          name={t("donate:rules.schedule.name")}
          words={
            rules.schedule === null
              ? t("donate:rules.schedule.off")
              : describeSchedule(rules.schedule, i18n.language, t)
          }
          isOn={rules.schedule !== null}
          onChange={(isOn) => change({ schedule: isOn ? firstSchedule : null })}
        >
          {rules.schedule !== null && (
            <ScheduleFields schedule={rules.schedule} onChange={(schedule) => change({ schedule })} />
          )}
        </RuleRow>
        <RuleRow
          rule="dailyCapBytes"
          name={t("donate:rules.cap.name")}
          words={
            rules.dailyCapBytes === null
              ? t("donate:rules.cap.off", { used })
              : t("donate:rules.cap.on", { cap: rules.dailyCapBytes, used })
          }
          isOn={rules.dailyCapBytes !== null}
          sensor={sensorOf("dailyCapBytes")}
          onChange={(isOn) => change({ dailyCapBytes: isOn ? firstCapBytes : null })}
        >
          <NumberField
            name={t("donate:rules.cap.field")}
            hint={t("donate:rules.cap.hint")}
            value={(rules.dailyCapBytes ?? 0) / bytesPerMb}
            step="any"
            {...capLimitsMb}
            clamp
            onChange={(mb) => mb !== null && change({ dailyCapBytes: mb * bytesPerMb })}
          />
        </RuleRow>
      </fieldset>
      <fieldset className="rules-group">
        <legend>{t("donate:rules.group.what")}</legend>
        <ModelsRule chosen={rules.models} onChange={(models) => change({ models })} />
        <CountryRule country={rules.country} onChange={(country) => change({ country })} />
      </fieldset>
    </section>
  );
}
