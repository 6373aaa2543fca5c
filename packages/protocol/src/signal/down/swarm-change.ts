import * as v from "valibot";
import { type ModelId, modelIdSchema } from "../../ids.ts";
import {
  countriesSchema,
  countsEntries,
  type CountryView,
  linkEndsSchema,
  linksSchema,
  type LinkView,
  type ModelNow,
  modelNowEntries,
  nodeNamesSchema,
  nodesSchema,
  type NodeView,
  type ViewCounts,
} from "./swarm-view.ts";

/** What of a model is different. */
export type ModelChange = { readonly id: ModelId } & { readonly [K in keyof ModelNow]?: ModelNow[K] | undefined };

/** What turns one picture of the swarm into the next; what is absent stays. The models themselves never change. */
export interface SwarmChange {
  readonly counts?: ViewCounts | undefined;
  readonly models?: readonly ModelChange[] | undefined;
  readonly nodes?: { readonly put: readonly NodeView[]; readonly gone: readonly string[] } | undefined;
  readonly links?:
    | { readonly put: readonly LinkView[]; readonly gone: readonly Pick<LinkView, "a" | "b">[] }
    | undefined;
  /** All of them. */
  readonly countries?: readonly CountryView[] | undefined;
}

/** Turns picture `number - 1` into picture `number`. Who has another one asks for the whole. */
export interface NumberedChange {
  readonly number: number;
  readonly change: SwarmChange;
}

export const numberedChangeSchema: v.GenericSchema<unknown, NumberedChange> = v.object({
  number: v.pipe(v.number(), v.integer(), v.minValue(1)),
  change: v.object({
    counts: v.optional(v.object(countsEntries)),
    models: v.optional(v.array(v.object({ id: modelIdSchema, ...v.partial(v.object(modelNowEntries)).entries }))),
    nodes: v.optional(v.object({ put: nodesSchema, gone: nodeNamesSchema })),
    links: v.optional(v.object({ put: linksSchema, gone: linkEndsSchema })),
    countries: v.optional(countriesSchema),
  }),
});
