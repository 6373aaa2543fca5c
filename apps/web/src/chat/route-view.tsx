import type { AnswerStats } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { describeLayers } from "./describe-layers.ts";

/** The way of an answer: from whoever asked through the hops and back, with how far one is from the next. */
export function RouteView({ stats, here }: { readonly stats: AnswerStats; readonly here: boolean }): ReactElement {
  const { t } = useTranslation();
  const { hops, legsMs } = stats;
  const layersOf = (i: number): string => {
    const hop = hops[i];
    return hop === undefined ? "" : describeLayers([hop], t).join("");
  };
  if (here) {
    return (
      <ol className="route" aria-label={t("chat:details.route")}>
        {hops.map((hop, i) => (
          <li className="route-stop" data-dish={i % 5} key={hop.from}>
            <b>{t("chat:details.here")}</b>
            <span>{layersOf(i)}</span>
          </li>
        ))}
      </ol>
    );
  }
  /** The way to stop `i`; the last one is back. */
  const leg = (i: number): ReactElement => {
    const ms = legsMs?.[i] ?? null;
    return (
      <span className="route-leg" data-known={ms !== null}>
        <span className="unseen">
          {ms === null ? t("chat:details.legUnknown") : t("chat:details.legWords", { ms })}
        </span>
        <span aria-hidden="true">{ms === null ? "" : t("chat:details.leg", { ms })}</span>
      </span>
    );
  };
  return (
    <ol className="route" aria-label={t("chat:details.route")}>
      <li className="route-stop" data-you>
        <b>{t("chat:details.you")}</b>
      </li>
      {hops.map((hop, i) => (
        <li className="route-hop" key={hop.from}>
          {leg(i)}
          <span className="route-stop" data-dish={i % 5}>
            <b>{t("chat:details.hop", { n: i + 1 })}</b>
            <span>{layersOf(i)}</span>
          </span>
        </li>
      ))}
      <li className="route-hop">
        {leg(hops.length)}
        <span className="route-stop" data-you>
          <b>{t("chat:details.you")}</b>
        </span>
      </li>
    </ol>
  );
}
