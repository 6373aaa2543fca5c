import type { LinkView, NodeView } from "@potluck/protocol";
import type { Words } from "../i18n/create-words.ts";

export function describeMs(ms: number, t: Words): string {
  return ms < 1 ? t("swarm:msShort") : t("swarm:ms", { n: ms });
}

/** Enough of a name to tell tabs apart on a page. */
export function shortName({ name }: Pick<NodeView, "name">): string {
  return name.slice(0, 4);
}

export function describeState({ state, standsBy }: NodeView, t: Words): string {
  const word = t(`swarm:graph.state.${state}`);
  return standsBy ? t("swarm:graph.standsBy", { state: word }) : word;
}

/** The picture in one sentence, for people who do not see it. */
export function describeGraph(nodes: readonly NodeView[], links: readonly LinkView[], t: Words): string {
  const words = t("swarm:graph.links", { count: links.length });
  const middle = links.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor((links.length - 1) / 2)];
  return t("swarm:graph.picture", {
    tabs: t("swarm:graph.tabs", { count: nodes.length }),
    links: middle === undefined ? words : t("swarm:graph.median", { links: words, ms: describeMs(middle, t) }),
  });
}
