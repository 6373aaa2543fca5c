/** The swarm as everybody may see it: no address, no id that a route uses, nobody's questions. */
import * as v from "valibot";
import { type ModelId, modelIdSchema } from "../../ids.ts";
import { maxMeasuredLinks, maxViewTabs } from "../../limits.ts";
import { type Segment, segmentSchema } from "../../segment.ts";

/** What of a model changes while a coordinator runs. Lists have one number a layer. */
export interface ModelNow {
  /** Ready tabs that hold the layer. */
  readonly tabsPerLayer: readonly number[];
  /** Tabs that are loading it. */
  readonly joiningPerLayer: readonly number[];
  /** Tabs that hold or load it and whose connection is lost; they may come back. */
  readonly unreachablePerLayer: readonly number[];
  /** Of the ready ones those that stand by for some chat. */
  readonly standbyPerLayer: readonly number[];
  readonly available: boolean;
  /** Chats whose answer runs. */
  readonly sessions: number;
  /** Tabs that stand by for some chat. */
  readonly standbys: number;
  /** Requests in line. */
  readonly queued: number;
  /** Answers that ended in the last minute. */
  readonly answersPerMinute: number;
  /** Over the last ten seconds, as askers tell. */
  readonly tokensPerSecond: number;
}

export interface ModelView extends ModelNow {
  readonly id: ModelId;
  readonly name: string;
  readonly dtype: string;
  readonly layerCount: number;
  readonly maxPositions: number;
  readonly weightBytes: number;
  /** KV cache of one position over all layers, in bytes. */
  readonly kvBytesPerToken: number;
  /** Smallest budget, in bytes, with which a donor can help. */
  readonly smallestBudgetBytes: number;
  /** A whole small model that guesses for it; absent where there is none. */
  readonly draft?: Segment | undefined;
  /** Where the manifest is, relative to the coordinator. */
  readonly manifestUrl: string;
}

const nodeStates = ["ready", "joining", "unreachable", "paused", "leaving"] as const;
export type NodeState = (typeof nodeStates)[number];

/** One donor tab in the picture. */
export interface NodeView {
  /** Random, for this picture only. */
  readonly name: string;
  /** What it holds or loads. */
  readonly segment: Segment;
  readonly state: NodeState;
  readonly standsBy: boolean;
}

/** An open link between two donor tabs, `a` before `b`. */
export interface LinkView {
  readonly a: string;
  readonly b: string;
  /** Round trip, in whole ms. */
  readonly ms: number;
}

export interface CountryView {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** Donor tabs that named it. */
  readonly donors: number;
}

export interface ViewCounts {
  /** Tabs with a socket. */
  readonly tabs: number;
  /** Those of them that hold a segment or are loading it. */
  readonly donors: number;
  readonly queued: number;
  /** Tabs that could be in the picture; `nodes` is a sample where these are more. */
  readonly nodesInAll: number;
}

export interface SwarmView extends ViewCounts {
  readonly models: readonly ModelView[];
  /** By name. */
  readonly nodes: readonly NodeView[];
  /** By `a`, then `b`; both are in `nodes`. */
  readonly links: readonly LinkView[];
  /** By code. */
  readonly countries: readonly CountryView[];
}

/** The whole picture. `number` counts the pictures of this coordinator. */
export interface SwarmWhole {
  readonly number: number;
  readonly view: SwarmView;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const perLayer = v.pipe(v.array(count), v.maxLength(1024));
const nodeName = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/));
export const countryCodeSchema: v.GenericSchema<unknown, string> = v.pipe(v.string(), v.regex(/^[A-Z]{2}$/));

export const modelNowEntries: { readonly [K in keyof ModelNow]: v.GenericSchema<unknown, ModelNow[K]> } = {
  tabsPerLayer: perLayer,
  joiningPerLayer: perLayer,
  unreachablePerLayer: perLayer,
  standbyPerLayer: perLayer,
  available: v.boolean(),
  sessions: count,
  standbys: count,
  queued: count,
  answersPerMinute: count,
  tokensPerSecond: v.pipe(v.number(), v.minValue(0)),
};

export const countsEntries: { readonly [K in keyof ViewCounts]: v.GenericSchema<unknown, number> } = {
  tabs: count,
  donors: count,
  queued: count,
  nodesInAll: count,
};

const modelSchema = v.object({
  id: modelIdSchema,
  name: v.string(),
  dtype: v.string(),
  layerCount: count,
  maxPositions: count,
  weightBytes: count,
  kvBytesPerToken: v.pipe(v.number(), v.minValue(0)),
  smallestBudgetBytes: v.pipe(v.number(), v.minValue(0)),
  ...modelNowEntries,
  draft: v.optional(segmentSchema),
  manifestUrl: v.string(),
});

const nodeSchema = v.object({
  name: nodeName,
  segment: segmentSchema,
  state: v.picklist(nodeStates),
  standsBy: v.boolean(),
});
export const nodesSchema: v.GenericSchema<unknown, readonly NodeView[]> = v.pipe(
  v.array(nodeSchema),
  v.maxLength(maxViewTabs),
);
export const nodeNamesSchema: v.GenericSchema<unknown, readonly string[]> = v.pipe(
  v.array(nodeName),
  v.maxLength(maxViewTabs),
);
const maxLinks = maxViewTabs * maxMeasuredLinks;
export const linksSchema: v.GenericSchema<unknown, readonly LinkView[]> = v.pipe(
  v.array(v.object({ a: nodeName, b: nodeName, ms: count })),
  v.maxLength(maxLinks),
);
export const linkEndsSchema: v.GenericSchema<unknown, readonly Pick<LinkView, "a" | "b">[]> = v.pipe(
  v.array(v.object({ a: nodeName, b: nodeName })),
  v.maxLength(maxLinks),
);
export const countriesSchema: v.GenericSchema<unknown, readonly CountryView[]> = v.pipe(
  v.array(v.object({ code: countryCodeSchema, donors: count })),
  v.maxLength(26 * 26),
);

export const swarmViewSchema: v.GenericSchema<unknown, SwarmView> = v.object({
  ...countsEntries,
  models: v.array(modelSchema),
  nodes: nodesSchema,
  links: linksSchema,
  countries: countriesSchema,
});

export const swarmWholeSchema: v.GenericSchema<unknown, SwarmWhole> = v.object({
  number: count,
  view: swarmViewSchema,
});
