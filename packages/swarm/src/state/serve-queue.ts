import type { ModelId, Queued, RouteReady, SessionId, TabId, WaitReason } from "@potluck/protocol";
import { findRoute, type RouteFound } from "../route/find-route.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";
import type { SwarmCore } from "./core.ts";
import type { Emit } from "./effect.ts";
import { routeOf, type Session } from "./session.ts";
import { sameReason, type Waiting } from "./waiting-line.ts";

export interface ServeContext extends SwarmCore {
  readonly newSessionId: () => SessionId;
  /** Tells an asker that its request got a route. */
  readonly ready: (waiting: Waiting, answer: RouteReady) => void;
  /** Tells an asker its place. */
  readonly queued: (waiting: Waiting, answer: Queued) => void;
  readonly emit: Emit;
}

/**
 * The one place that decides: gives routes to those who wait for the model, in their order, and tells the rest where they
 * stand. Takes KV back from the longest-idle chats when that helps somebody who waits.
 */
export function serveQueue(ctx: ServeContext, modelId: ModelId, nowMs: number): void {
  const model = ctx.roster.model(modelId);
  if (model === undefined) return;
  let reason: WaitReason = { kind: "all-busy" };
  for (const waiting of ctx.line.of(modelId)) {
    // A route for a tab without a socket would be lost on the way; it keeps its place.
    if (ctx.roster.tab(waiting.tab)?.presence.kind !== "connected") continue;
    const found = search(ctx, model, waiting.contextTokens);
    if (found.kind === "layers-missing") {
      reason = found;
      break;
    }
    if (found.kind === "all-busy") {
      // More than these donors can ever hold: the others need not wait for it.
      if ((ctx.roster.largestContext(modelId) ?? 0) < waiting.contextTokens) continue;
      break;
    }
    ctx.line.remove(waiting);
    const session = ctx.ledger.open(
      {
        id: ctx.newSessionId(),
        model,
        asker: waiting.tab,
        request: waiting.request,
        hops: found.hops,
        contextTokens: waiting.contextTokens,
      },
      nowMs,
      ctx.emit,
    );
    ctx.ready(waiting, readyAnswer(session, ctx.limits.leaseMs, false));
  }
  ctx.line.of(modelId).forEach((waiting, index) => {
    const { told } = waiting;
    if (told !== null && told.position === index + 1 && sameReason(told.reason, reason)) return;
    waiting.told = { status: "queued", request: waiting.request, position: index + 1, reason };
    ctx.queued(waiting, waiting.told);
  });
}

/** The answer to a request whose session runs. */
export function readyAnswer(session: Session, leaseMs: number, resumed: boolean): RouteReady {
  return { status: "ready", request: session.request, route: routeOf(session, leaseMs), resumed };
}

/** A route as things are, else one that evicting idle chats makes possible; those are evicted, no others. */
function search(ctx: ServeContext, model: SwarmModel, contextTokens: number): RouteFound {
  const query = { layerCount: model.layers.length, contextTokens, maxActive: ctx.limits.maxActivePerTab };
  const asIs = findRoute({ ...query, holders: ctx.roster.holders(model.id) });
  if (asIs.kind !== "all-busy") return asIs;

  const idle = Array.from(ctx.ledger.all())
    .filter((session) => session.model.id === model.id && session.state.kind === "idle")
    .sort((a, b) => a.state.sinceMs - b.state.sinceMs);
  const findWithout = (count: number): RouteFound => {
    const given = new Map<TabId, number>();
    for (const session of idle.slice(0, count)) {
      for (const { tab } of session.hops) given.set(tab, (given.get(tab) ?? 0) + session.contextTokens);
    }
    return findRoute({ ...query, holders: ctx.roster.holders(model.id, given) });
  };
  // The fewest of the longest-idle chats that would do; giving up more never closes a route.
  let few = 0;
  let enough = idle.length;
  if (findWithout(enough).kind !== "found") return asIs;
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (findWithout(middle).kind === "found") enough = middle;
    else few = middle;
  }
  const found = findWithout(enough);
  if (found.kind !== "found") return asIs;
  const used = new Set(found.hops.map((hop) => hop.tab));
  for (const victim of idle.slice(0, enough)) {
    const cramped = new Set(
      ctx.roster
        .holders(model.id)
        .filter((h) => used.has(h.tab) && h.freeTokens < contextTokens)
        .map((h) => h.tab),
    );
    if (victim.hops.some((hop) => cramped.has(hop.tab))) ctx.ledger.close(victim, "evicted", ctx.emit);
  }
  return found;
}
