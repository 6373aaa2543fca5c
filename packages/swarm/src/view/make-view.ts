import {
  type CountryView,
  type LinkView,
  maxViewTabs,
  type ModelView,
  type NodeState,
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
  const donors: { readonly name: string; readonly entry: TabEntry; readonly donor: Holding }[] = [];
  const models = Array.from(core.roster.models(), (model) => {
    const view = modelView(core, model, nowMs);
    for (const entry of core.roster.donors(model.id)) {
      const { donor } = entry;
      if (donor.kind === "none") continue;
      const state = stateOf(entry, donor);
      const { country } = donor.grant.offer;
      if (country !== null && state !== "unreachable") countries.set(country, (countries.get(country) ?? 0) + 1);
      donors.push({ name: names.of(entry.id), entry, donor });
    }
    return view;
  });
  // Names are random, so the first of them are a fair sample that changes little.
  const sample = donors.sort((a, b) => order(a.name, b.name)).slice(0, maxViewTabs);
  return {
    tabs,
    donors: loading + ready,
    queued,
    nodesInAll: donors.length,
    models,
    nodes: sample.map(({ name, entry, donor }) => {
      const { model, node } = donor.grant;
      const segment = { modelId: model.id, from: node.from, to: node.to };
      return { name, segment, state: stateOf(entry, donor), standsBy: entry.standingBy > 0 };
    }),
    links: linksAmong(core, new Map(sample.map(({ name, entry }) => [entry.id, name]))),
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

function linksAmong({ atlas }: SwarmCore, names: ReadonlyMap<TabId, string>): readonly LinkView[] {
  const links: LinkView[] = [];
  for (const link of atlas.links(new Set(names.keys()))) {
    const [one, other] = [names.get(link.a) ?? "", names.get(link.b) ?? ""];
    const [a, b] = one < other ? [one, other] : [other, one];
    links.push({ a, b, ms: aboutMs(link.ms) });
  }
  return links.sort(orderLinks);
}

/** Whole ms, and steps of five where a round trip wavers by as much. */
function aboutMs(ms: number): number {
  return ms < 20 ? Math.round(ms) : Math.round(ms / 5) * 5;
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
