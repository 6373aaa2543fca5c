import type { LinkView, ModelView, NodeState, NodeView, SwarmView } from "@potluck/protocol";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { describeGraph, describeMs, describeState, shortName } from "./describe-graph.ts";
import { describeLayers } from "./describe-layers.ts";
import { layOutGraph } from "./graph-layout.ts";
import { useWidth } from "./use-width.ts";
import "./link-graph.css";

/** More would lie on each other; the table has them all. */
const mostLabels = 24;
const states: readonly NodeState[] = ["ready", "joining", "unreachable", "paused", "leaving"];

/** Donors' tabs by the layers that they hold, and the links between them. */
export function LinkGraph({ view, asTable }: { readonly view: SwarmView; readonly asTable: boolean }): ReactElement {
  const { t } = useTranslation();
  const { nodes, links, nodesInAll, models } = view;
  return (
    <section className="card swarm-part" aria-labelledby="links-heading">
      <h2 id="links-heading">{t("swarm:graph.heading")}</h2>
      <p className="swarm-note">
        {nodes.length === 0 ? t("swarm:graph.empty") : t("swarm:graph.lead")}
        {nodes.length > 0 && links.length === 0 && ` ${t("swarm:graph.noLinks")}`}
        {nodesInAll > nodes.length && ` ${t("swarm:graph.sample", { count: nodes.length, all: nodesInAll })}`}
      </p>
      {nodes.length > 0 && (asTable ? <GraphTables view={view} /> : <Pictures view={view} models={models} />)}
    </section>
  );
}

function Pictures({ view, models }: { readonly view: SwarmView; readonly models: readonly ModelView[] }): ReactElement {
  const { t } = useTranslation();
  const used = states.filter((state) => view.nodes.some((node) => node.state === state));
  return (
    <>
      {models.map((model) => {
        const nodes = view.nodes.filter(({ segment }) => segment.modelId === model.id);
        return nodes.length === 0 ? null : (
          <Picture key={model.id} name={model.name} nodes={nodes} links={view.links} isNamed={models.length > 1} />
        );
      })}
      <ul className="swarm-legend" aria-label={t("swarm:graph.legend")}>
        {used.map((state) => (
          <li key={state}>
            <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true" focusable="false">
              <circle className="graph-dot" data-state={state} r="5" />
            </svg>
            {t(`swarm:graph.state.${state}`)}
          </li>
        ))}
      </ul>
    </>
  );
}

interface PictureProps {
  readonly name: string;
  readonly nodes: readonly NodeView[];
  readonly links: readonly LinkView[];
  readonly isNamed: boolean;
}

function Picture({ name, nodes, links, isNamed }: PictureProps): ReactElement {
  const { t } = useTranslation();
  const [ref, width] = useWidth<HTMLDivElement>();
  const layout = width === null ? null : layOutGraph(nodes, links, width);
  const isLabelled = layout !== null && layout.links.length <= mostLabels;
  const here = new Set(nodes.map((node) => node.name));
  const ours = links.filter(({ a, b }) => here.has(a) && here.has(b));
  return (
    <div className="graph" ref={ref}>
      {isNamed && <h3 className="graph-model">{name}</h3>}
      {layout !== null && (
        <svg
          width={width ?? 0}
          height={layout.height}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn here: there is no file to show
          role="img"
          aria-label={`${name}: ${describeGraph(nodes, ours, t)}`}
        >
          {layout.bands.map(({ range, y, height }) => (
            <g key={`${range.from} ${range.to}`}>
              <rect className="graph-band" x="0.5" y={y + 0.5} width={(width ?? 1) - 1} height={height - 1} rx="10" />
              <text className="graph-words" x="12" y={y + 18}>
                {describeLayers(range, t)}
              </text>
            </g>
          ))}
          {layout.links.map(({ link, path }) => (
            <path className="graph-link" key={`${link.a} ${link.b}`} d={path} />
          ))}
          {layout.nodes.map(({ node, x, y }) => (
            <circle
              className="graph-dot"
              key={node.name}
              data-state={node.state}
              data-standby={node.standsBy}
              cx={x}
              cy={y}
              r="8"
            >
              <title>
                {t("swarm:graph.node", {
                  name: shortName(node),
                  layers: describeLayers(node.segment, t),
                  state: describeState(node, t),
                })}
              </title>
            </circle>
          ))}
          {isLabelled &&
            layout.links.map(({ link, x, y }) => (
              <text className="graph-ms" key={`${link.a} ${link.b}`} x={x} y={y + 4}>
                {describeMs(link.ms, t)}
              </text>
            ))}
        </svg>
      )}
    </div>
  );
}

function GraphTables({ view }: { readonly view: SwarmView }): ReactElement {
  const { t } = useTranslation();
  const modelName = (id: string): string => view.models.find((model) => model.id === id)?.name ?? id;
  return (
    <>
      <div className="table-frame">
        <table className="figures" aria-label={t("swarm:graph.tabsTable")}>
          <thead>
            <tr>
              {(["tab", "model", "layers", "state"] as const).map((column) => (
                <th scope="col" key={column}>
                  {t(`swarm:table.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {view.nodes.map((node) => (
              <tr key={node.name}>
                <th scope="row">{shortName(node)}</th>
                <td>{modelName(node.segment.modelId)}</td>
                <td>{describeLayers(node.segment, t)}</td>
                <td>{describeState(node, t)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {view.links.length > 0 && (
        <div className="table-frame">
          <table className="figures" aria-label={t("swarm:graph.linksTable")}>
            <thead>
              <tr>
                {(["from", "to", "roundTrip"] as const).map((column) => (
                  <th scope="col" key={column}>
                    {t(`swarm:table.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {view.links.map(({ a, b, ms }) => (
                <tr key={`${a} ${b}`}>
                  <th scope="row">{shortName({ name: a })}</th>
                  <td>{shortName({ name: b })}</td>
                  <td className="figures-unit">{describeMs(ms, t)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
