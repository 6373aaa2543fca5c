import { type ComponentType, lazy, type ReactElement, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { LoadFault } from "../app/load-fault.tsx";
import { DonateCard } from "./donate-card.tsx";
import { useDevice } from "./use-device.ts";
import "./donate-page.css";

/** What a person needs only after the first look. */
const RulesSection: ComponentType = lazy(async () => ({
  default: (await import("./rules/rules-section.tsx")).RulesSection,
}));
const GivenSection: ComponentType = lazy(async () => ({
  default: (await import("./given/given-section.tsx")).GivenSection,
}));
const DeviceSection = lazy(async () => ({ default: (await import("./device/device-section.tsx")).DeviceSection }));
const CacheSection: ComponentType = lazy(async () => ({
  default: (await import("./cache/cache-section.tsx")).CacheSection,
}));

/** Lend this tab: what it does now, when it may help, what it gave, and what this device can do and keeps. */
export function DonatePage(): ReactElement {
  const { t } = useTranslation();
  const device = useDevice();
  return (
    <div className="page">
      <div>
        <h1>{t("donate:heading")}</h1>
        <p className="page-lead">{t("donate:lead")}</p>
      </div>
      <DonateCard device={device} />
      <LoadFault>
        <Suspense fallback={<p className="page-wait">{t("load.wait")}</p>}>
          <RulesSection />
          <GivenSection />
          <DeviceSection device={device} />
          <CacheSection />
        </Suspense>
      </LoadFault>
      <section className="donate-plain" aria-labelledby="donate-know">
        <h2 id="donate-know">{t("donate:know.heading")}</h2>
        <ul>
          <li>{t("donate:know.kept")}</li>
          <li>{t("donate:know.text")}</li>
          <li>{t("donate:know.address")}</li>
          <li>{t("donate:know.power")}</li>
        </ul>
      </section>
    </div>
  );
}
