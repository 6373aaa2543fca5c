import type { ModelStatus, ServingStats } from "@potluck/donor";
import type { Segment } from "@potluck/protocol";
import type { ReactElement, ReactNode } from "react";
import { Trans, useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { CoverageBar } from "../swarm/coverage-bar.tsx";
import { missingLayers, withHeld } from "../swarm/coverage.ts";
import { describeLayers } from "../swarm/describe-layers.ts";
import { linkFeel } from "./link-feel.ts";
import { useDataToday } from "./use-data-today.ts";

/** The layers that this tab holds, and how it goes. */
export function LiveNumbers(props: {
  readonly segment: Segment;
  readonly stats: ServingStats;
  readonly leaving: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { segment, stats, leaving } = props;
  const { tab, preferences } = usePage();
  const { dailyCapBytes, share } = useStore(preferences.store, (p) => p.rules);
  const dataToday = useDataToday();
  const told = useStore(tab.swarm)?.models.find((m) => m.id === segment.modelId);
  const model = told === undefined ? undefined : withHeld(told, segment);
  const { rttMs, stepMs } = stats;
  const ms = (n: number): string => t("donate:live.ms", { n: n < 10 ? Math.round(n * 10) / 10 : Math.round(n) });
  return (
    <>
      {model !== undefined && (
        <div className="donation-table">
          <CoverageBar model={model} mark={segment} />
          {/* On its way out, with layers that perhaps nobody else holds, it can't say that every layer is held. */}
          {!leaving && <Others model={model} />}
        </div>
      )}
      <dl className="donation-numbers">
        <Fact name={t("donate:live.chats", { count: stats.answering })}>{stats.answering}</Fact>
        <Fact name={t("donate:live.standby")}>{stats.standingBy}</Fact>
        <Fact name={t("donate:live.tokens")}>{t("count", { n: stats.tokensServed })}</Fact>
        <Fact name={t("donate:live.peers", { count: stats.peers })}>{stats.peers}</Fact>
        <Fact name={t("donate:live.step")}>{stepMs === null ? t("donate:live.none") : ms(stepMs)}</Fact>
        {rttMs === null ? (
          <Fact name={t("donate:live.links")}>{t("donate:live.none")}</Fact>
        ) : (
          <Fact
            name={t("donate:live.linksFelt", {
              felt: t(`donate:live.${linkFeel(rttMs.median)}`),
              worst: ms(rttMs.worst),
            })}
          >
            {ms(rttMs.median)}
          </Fact>
        )}
        <Fact name={dailyCapBytes === null ? t("donate:live.data") : t("donate:live.dataOf", { cap: dailyCapBytes })}>
          {t("bytes", { n: dataToday })}
        </Fact>
        <Fact name={t("donate:live.share")}>{t("donate:live.percent", { n: Math.round(share * 100) })}</Fact>
      </dl>
    </>
  );
}

/** What the others bring, and what can be done now. */
function Others({ model }: { readonly model: ModelStatus }): ReactElement {
  const { t } = useTranslation();
  const { query } = usePage();
  const missing = missingLayers(model).map((range) => describeLayers(range, t));
  return (
    <p className="donate-soft">
      {missing.length === 0 ? (
        <Trans
          t={t}
          i18nKey="donate:others.held"
          values={{ model: model.name }}
          components={{ chat: <Link href={`/${query}`} /> }}
        />
      ) : (
        t("donate:others.missing", { layers: missing, model: model.name })
      )}
    </p>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="donation-number">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
