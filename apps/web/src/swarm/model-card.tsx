import type { ModelView } from "@potluck/protocol";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { usePage } from "../app/page.ts";
import { CoverageBar } from "./coverage-bar.tsx";
import { coverageRuns, joiningLayers, missingLayers, unreachableLayers } from "./coverage.ts";
import { describeLayers } from "./describe-layers.ts";

export interface ModelCardProps {
  readonly model: ModelView;
  readonly asTable: boolean;
}

/** One model: which of its layers are held, and what it does now. */
export function ModelCard({ model, asTable }: ModelCardProps): ReactElement {
  const { query } = usePage();
  const { t } = useTranslation();
  const named = (ranges: ReturnType<typeof missingLayers>): string[] => ranges.map((range) => describeLayers(range, t));
  const [missing, joining, unreachable] = [missingLayers, joiningLayers, unreachableLayers].map((of) =>
    named(of(model)),
  ) as [string[], string[], string[]];
  return (
    <section className="card model" aria-label={model.name}>
      <div className="model-head">
        <h2>{model.name}</h2>
        <span className="badge" data-available={model.available}>
          {t(model.available ? "swarm:model.available" : "swarm:model.missingSome")}
        </span>
      </div>
      <p className="model-facts">
        <span>{model.dtype}</span>
        <span>{t("swarm:model.layerCount", { count: model.layerCount })}</span>
        <span>{t("swarm:model.size", { n: model.weightBytes })}</span>
        <span>{t("swarm:model.context", { count: model.maxPositions })}</span>
      </p>
      <ModelNumbers model={model} />
      {asTable ? <CoverageTable model={model} /> : <CoverageBar model={model} />}
      <p className="model-missing">
        {missing.length === 0 ? t("swarm:model.held") : t("swarm:model.missing", { layers: missing })}
        {joining.length > 0 && ` ${t("swarm:model.joining", { layers: joining })}`}
        {unreachable.length > 0 && ` ${t("swarm:model.unreachable", { layers: unreachable })}`}
        {/* The last: it is no sentence, so none may follow it. */}
        {missing.length === 0 && (
          <>
            {" "}
            <Link href={`/${query}`}>{t("swarm:model.chat")}</Link>
          </>
        )}
      </p>
    </section>
  );
}

function ModelNumbers({ model }: { readonly model: ModelView }): ReactElement {
  const { t } = useTranslation();
  const numbers = [
    [t("swarm:model.numbers.chats", { count: model.sessions }), model.sessions],
    [t("swarm:model.numbers.queued"), model.queued],
    [t("swarm:model.numbers.answers"), model.answersPerMinute],
    [t("swarm:model.numbers.speed"), model.tokensPerSecond],
    ...(model.standbys > 0
      ? [[t("swarm:model.numbers.standbys", { count: model.standbys }), model.standbys] as const]
      : []),
  ] as const;
  return (
    <dl className="model-numbers">
      {numbers.map(([name, value]) => (
        <div className="swarm-number" key={name}>
          <dt>{name}</dt>
          <dd>{t("swarm:number", { n: value })}</dd>
        </div>
      ))}
    </dl>
  );
}

function CoverageTable({ model }: { readonly model: ModelView }): ReactElement {
  const { t } = useTranslation();
  const columns = ["layers", "tabs", "joining", "unreachable", "standby"] as const;
  return (
    <div className="table-frame">
      <table className="figures">
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" key={column}>
                {t(`swarm:table.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {coverageRuns(model).map((run) => (
            <tr key={run.from}>
              <th scope="row">{describeLayers(run, t)}</th>
              <td>{t("swarm:number", { n: run.tabs })}</td>
              <td>{t("swarm:number", { n: run.joining })}</td>
              <td>{t("swarm:number", { n: run.unreachable })}</td>
              <td>{t("swarm:number", { n: run.standby })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
