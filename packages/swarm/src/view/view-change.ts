import type {
  LinkView,
  ModelChange,
  ModelNow,
  ModelView,
  NodeView,
  SwarmChange,
  SwarmView,
  ViewCounts,
} from "@potluck/protocol";

const liveFields = [
  "tabsPerLayer",
  "joiningPerLayer",
  "unreachablePerLayer",
  "standbyPerLayer",
  "available",
  "sessions",
  "standbys",
  "queued",
  "answersPerMinute",
  "tokensPerSecond",
] as const satisfies readonly (keyof ModelNow)[];

/** What turns one picture into another of the same models; null when they are the same. */
export function changeOf(before: SwarmView, after: SwarmView): SwarmChange | null {
  const models = after.models.flatMap((model, i) => modelChange(before.models[i], model));
  const nodes = listChange(before.nodes, after.nodes, ({ name }) => name);
  const links = listChange(before.links, after.links, linkKey);
  const [was, is] = [countsOf(before), countsOf(after)];
  const change: SwarmChange = {
    ...(same(was, is) ? {} : { counts: is }),
    ...(models.length === 0 ? {} : { models }),
    ...(nodes === null ? {} : { nodes: { put: nodes.put, gone: nodes.gone.map(({ name }) => name) } }),
    ...(links === null ? {} : { links: { put: links.put, gone: links.gone.map(({ a, b }) => ({ a, b })) } }),
    ...(same(before.countries, after.countries) ? {} : { countries: after.countries }),
  };
  return Object.keys(change).length === 0 ? null : change;
}

/** The picture after a change: exactly the one that {@link changeOf} was given. What a hostile change names is not invented. */
export function applyChange(view: SwarmView, change: SwarmChange): SwarmView {
  const changes = new Map((change.models ?? []).map((model) => [model.id, model]));
  const models = view.models.map((model) => {
    const now = changes.get(model.id);
    return now === undefined ? model : { ...model, ...present(now) };
  });
  const { nodes, links } = change;
  return {
    ...view,
    ...change.counts,
    models,
    nodes: nodes === undefined ? view.nodes : applied(view.nodes, nodes.put, nodes.gone, ({ name }) => name),
    links: links === undefined ? view.links : applied(view.links, links.put, links.gone.map(linkKey), linkKey),
    countries: change.countries ?? view.countries,
  };
}

function countsOf({ tabs, donors, queued, nodesInAll }: SwarmView): ViewCounts {
  return { tabs, donors, queued, nodesInAll };
}

function modelChange(before: ModelView | undefined, after: ModelView): ModelChange[] {
  const fields = liveFields.filter((field) => !same(before?.[field], after[field]));
  return fields.length === 0 ? [] : [{ id: after.id, ...Object.fromEntries(fields.map((f) => [f, after[f]])) }];
}

/** Without the fields that say nothing, so that none becomes undefined. */
function present(change: ModelChange): Partial<ModelNow> {
  return Object.fromEntries(
    liveFields.flatMap((field) => (change[field] === undefined ? [] : [[field, change[field]]])),
  );
}

function linkKey({ a, b }: Pick<LinkView, "a" | "b">): string {
  return `${a} ${b}`;
}

function listChange<T extends NodeView | LinkView>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): { readonly put: readonly T[]; readonly gone: readonly T[] } | null {
  const old = new Map(before.map((item) => [keyOf(item), item]));
  const put = after.filter((item) => !same(old.get(keyOf(item)), item));
  const kept = new Set(after.map(keyOf));
  const gone = before.filter((item) => !kept.has(keyOf(item)));
  return put.length === 0 && gone.length === 0 ? null : { put, gone };
}

function applied<T extends NodeView | LinkView>(
  list: readonly T[],
  put: readonly T[],
  gone: readonly string[],
  keyOf: (item: T) => string,
): readonly T[] {
  const items = new Map(list.map((item) => [keyOf(item), item]));
  for (const key of gone) items.delete(key);
  for (const item of put) items.set(keyOf(item), item);
  // Keys sort as the lists do: all names have the same length.
  return [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

/** Of the small plain values in a picture, whose fields come in one order. */
function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
