import {
  type CountryView,
  type LinkView,
  maxViewTabs,
  type ModelView,
  type NodeState,
  type NodeView,
  type SwarmView,
  type TabId,
} from "@potluck/protocol";
import { smallestBudgetBytes } from "../place/need.ts";
import { draftSegment, type SwarmModel } from "../segment/swarm-model.ts";
import type { SwarmCore } from "../state/core.ts";
import { countSwarm } from "../state/report.ts";
import type { DonorState, TabEntry } from "../state/tab-entry.ts";
import type { ViewNames } from "./view-names.ts";

/**
 * The swarm as everybody may see it (SW30). Only donors are in the picture, as what they hold, and links between two of them:
 * whoever only asks is not shown. The country is counted, never put beside a tab.
 */
export function makeView(core: SwarmCore, names: ViewNames, nowMs: number): SwarmView {
  const { tabs, loading, ready, queued } = countSwarm(core);
  names.keep((tab) => core.roster.tab(tab) !== undefined);
  const countries = new Map<string, number>();
  const nodes: NodeView[] = [];
  const shown = new Map<TabId, string>();
  const models = Array.from(core.roster.models(), (model) => {
    const view = modelView(core, model, nowMs);
    for (const entry of core.roster.donors(model.id)) {
      const { donor } = entry;
      if (donor.kind === "none") continue;
      const state = stateOf(entry, donor);
      const { country } = donor.grant.offer;
      if (country !== null && state !== "unreachable") countries.set(country, (countries.get(country) ?? 0) + 1);
      const { from, to } = donor.grant.node;
      const name = names.of(entry.id);
      shown.set(entry.id, name);
      nodes.push({ name, segment: { modelId: model.id, from, to }, state, standsBy: entry.standingBy > 0 });
    }
    return view;
  });
  nodes.sort((a, b) => order(a.name, b.name));
  const sample = nodes.slice(0, maxViewTabs);
  return {
    tabs,
    donors: loading + ready,
    queued,
    nodesInAll: nodes.length,
    models,
    nodes: sample,
    links: linksAmong(core, new Set(sample.map(({ name }) => name)), shown),
    countries: Array.from(countries, ([code, donors]): CountryView => ({ code, donors })).sort((a, b) =>
      order(a.code, b.code),
    ),
  };
}

type Holding = Exclude<DonorState, { readonly kind: "none" }>;

function stateOf({ presence }: TabEntry, donor: Holding): NodeState {
  if (presence.kind === "away") return "unreachable";
  if (donor.kind === "loading") return "joining";
  switch (donor.pace) {
    case "steady":
    case "slow":
      return "ready";
    case "paused":
      return "paused";
    case "draining":
      return "leaving";
    default:
      return donor.pace satisfies never;
  }
}

function modelView({ roster, ledger, line, pulse }: SwarmCore, model: SwarmModel, nowMs: number): ModelView {
  const cover = roster.cover(model.id);
  const tabsPerLayer = [...(cover?.ready ?? [])];
  const none = model.layers.map(() => 0);
  const unreachablePerLayer = [...none];
  const standbyPerLayer = [...none];
  let standbys = 0;
  for (const { donor, presence, standingBy } of roster.donors(model.id)) {
    if (donor.kind === "none") continue;
    if (presence.kind === "away") countOn(unreachablePerLayer, donor);
    else if (standingBy > 0) {
      standbys += 1;
      countOn(standbyPerLayer, donor);
    }
  }
  return {
    id: model.id,
    name: model.name,
    dtype: model.dtype,
    layerCount: model.layers.length,
    maxPositions: model.maxPositions,
    weightBytes: model.whole.weightBytes,
    kvBytesPerToken: model.whole.kvBytesPerToken,
    smallestBudgetBytes: smallestBudgetBytes(model),
    tabsPerLayer,
    joiningPerLayer: [...(cover?.joining ?? [])],
    unreachablePerLayer,
    standbyPerLayer,
    available: tabsPerLayer.every((tabs) => tabs > 0),
    sessions: ledger.ofModel(model.id).filter(({ state }) => state.kind === "active").length,
    standbys,
    queued: line.of(model.id).length,
    answersPerMinute: pulse.answersPerMinute(model.id, nowMs),
    tokensPerSecond: twoDigits(pulse.tokensPerSecond(model.id, nowMs)),
    ...(model.draft === null ? {} : { draft: draftSegment(model.draft) }),
    manifestUrl: model.manifestUrl,
  };
}

function countOn(perLayer: number[], { grant }: Holding): void {
  for (let layer = grant.node.from; layer < grant.node.to; layer++) perLayer[layer] = (perLayer[layer] ?? 0) + 1;
}

function linksAmong(
  { atlas }: SwarmCore,
  sample: ReadonlySet<string>,
  shown: ReadonlyMap<TabId, string>,
): readonly LinkView[] {
  const links: LinkView[] = [];
  for (const link of atlas.links()) {
    const [one, other] = [shown.get(link.a), shown.get(link.b)];
    if (one === undefined || other === undefined || !sample.has(one) || !sample.has(other)) continue;
    const [a, b] = one < other ? [one, other] : [other, one];
    links.push({ a, b, ms: Math.round(link.ms) });
  }
  return links.sort(orderLinks);
}

/** To two digits, so that a speed that hardly changes stays the same word. */
function twoDigits(value: number): number {
  return value >= 10 ? Math.round(value) : Math.round(value * 10) / 10;
}

function orderLinks(a: Pick<LinkView, "a" | "b">, b: Pick<LinkView, "a" | "b">): number {
  return order(a.a, b.a) || order(a.b, b.b);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
