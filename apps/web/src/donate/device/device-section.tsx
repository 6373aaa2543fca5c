import type { DeviceReport } from "@potluck/donor";
import { type ReactElement, type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../ui/icon.tsx";
import { useProblemWords } from "../../ui/use-problem-words.ts";
import { type Check, judgeDevice } from "./judge-device.ts";
import { readFacts } from "./read-facts.ts";
import "./device-section.css";

/** What of this device and browser donating needs: what is well, what is not, and what to change. */
export function DeviceSection({ device }: { readonly device: DeviceReport | null }): ReactElement {
  const { t } = useTranslation();
  const [checks, setChecks] = useState<readonly Check[] | null>(null);
  const [keeping, setKeeping] = useState<"not-asked" | "kept" | "refused">("not-asked");
  useEffect(() => {
    if (device === null) return undefined;
    let here = true;
    void readFacts(device).then((facts) => here && setChecks(judgeDevice(facts)));
    return () => {
      here = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- what was asked for may be granted now
  }, [device, keeping]);

  const keep = async (): Promise<void> => {
    const kept = await navigator.storage.persist().catch(() => false);
    setKeeping(kept ? "kept" : "refused");
  };
  return (
    <section className="card device" aria-labelledby="donate-device">
      <h2 id="donate-device">{t("donate:device.heading")}</h2>
      {checks === null ? (
        <p className="donate-soft">{t("donate:device.wait")}</p>
      ) : (
        <>
          <p>{summary(checks)}</p>
          <ul className="checks">
            {checks.map((check) => (
              <CheckRow key={check.name} check={check}>
                {check.name === "gpu" && device !== null && <Why device={device} />}
                {check.advice === "keepStorage" && (
                  <button className="button" type="button" onClick={() => void keep()}>
                    {t("donate:device.keep")}
                  </button>
                )}
                {check.name === "storage" && (
                  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- not the result of a form
                  <p role="status" className="donate-soft">
                    {keeping === "kept" && t("donate:device.kept")}
                    {keeping === "refused" && t("donate:device.notKept")}
                  </p>
                )}
              </CheckRow>
            ))}
          </ul>
        </>
      )}
    </section>
  );

  function summary(all: readonly Check[]): string {
    if (all.some(({ level }) => level === "fail")) return t("donate:device.fails");
    const count = all.filter(({ level }) => level === "warn").length;
    return count === 0 ? t("donate:device.fine") : t("donate:device.warns", { count });
  }
}

const icons = { ok: "check", fail: "cross" } as const;

function CheckRow({ check, children }: { readonly check: Check; readonly children: ReactNode }): ReactElement {
  const { t } = useTranslation();
  const { name, level, finding, advice, values } = check;
  return (
    <li className="check-row" data-check={name} data-level={level}>
      <span className="check-mark">
        {level === "warn" ? <span aria-hidden="true">!</span> : <Icon name={icons[level]} />}
      </span>
      <div className="check-words">
        <h3>
          {t(`donate:device.check.${name}`)}
          <span className="check-level">{t(`donate:device.level.${level}`)}</span>
        </h3>
        <p>{t(`donate:device.finding.${finding}`, values)}</p>
        {advice !== null && <p className="check-advice">{t(`donate:device.advice.${advice}`)}</p>}
        {children}
      </div>
    </li>
  );
}

/** What the engine itself says of a GPU that it does not use. */
function Why({ device }: { readonly device: DeviceReport }): ReactElement | null {
  const words = useProblemWords();
  if (device.why === null) return null;
  const { what, advice } = words(device.why);
  return (
    <p className="device-why" data-problem={device.why.code}>
      {what} {advice}
    </p>
  );
}
