import type { ModelId, Queued, RouteReady, SessionId, TabId, WaitReason } from "@potluck/protocol";
import { expectedWait } from "../view/expected-wait.ts";
import { findRoute, type RouteFound } from "../route/find-route.ts";
import type { SwarmCore } from "./core.ts";
import type { Emit } from "./effect.ts";
import { readyAnswer } from "./ready-answer.ts";
import { couldRepair, findRepair, makeOffer } from "./repair.ts";
import { allHops, type Session } from "./session.ts";
import type { StandbyKeeper } from "./standby-keeper.ts";
import { sameReason, type Waiting } from "./waiting-line.ts";

export interface ServeContext extends SwarmCore {
  readonly keeper: StandbyKeeper;
  readonly newSessionId: () => SessionId;
  /** Tells an asker that its request got a route. */
  readonly ready: (waiting: Waiting, answer: RouteReady) => void;
  /** Tells an asker its place. */
  readonly queued: (waiting: Waiting, answer: Queued) => void;
  readonly emit: Emit;
}

/**
 * Gives routes to those who wait for the model, repairs first, then chats in their order, and tells the rest where they
 * stand. Takes KV back from the longest-idle chats when that helps a chat that waits.
 */
export function serveQueue(ctx: ServeContext, modelId: ModelId, nowMs: number): void {
  const model = ctx.roster.model(modelId);
  if (model === undefined) return;
  let reason: WaitReason = { kind: "all-busy" };
  const repairReasons = new Map<Waiting, WaitReason>();
  dropOrphans(ctx, modelId);
  let isHeldUp = false;
  for (const waiting of ctx.line.of(modelId)) {
    const { want } = waiting;
    const repaired = want.kind === "repair" ? ctx.ledger.get(want.session) : undefined;
    // A route for a tab without a socket would be lost on the way; it keeps its place.
    if (ctx.roster.tab(waiting.tab)?.presence.kind !== "connected") continue;
    if (want.kind === "repair") {
      // Its chat was evicted for somebody further ahead.
      if (repaired === undefined) continue;
      const found = search(ctx, waiting.contextTokens, repaired, (given) =>
        findRepair(ctx, repaired, want.without, nowMs, given),
      );
      if (found.kind === "found") {
        ctx.line.remove(waiting);
        makeOffer(ctx, repaired, waiting.request, found.hops);
        ctx.keeper.settle(repaired);
        ctx.ready(waiting, readyAnswer(ctx, repaired, waiting.request, true));
        continue;
      }
      repairReasons.set(waiting, found);
      // Chats must not take what it waits for.
      isHeldUp ||= found.kind === "all-busy" && couldRepair(ctx, repaired, want.without, nowMs);
      continue;
    }
    if (isHeldUp) break;
    const found = search(ctx, waiting.contextTokens, modelId, (given) =>
      findRoute({
        layers: { from: 0, to: model.layers.length },
        holders: ctx.roster.holders(modelId, given),
        contextTokens: waiting.contextTokens,
        maxActive: ctx.limits.maxActivePerTab,
        patienceMs: ctx.limits.patienceMs,
        nowMs,
        near: { places: ctx.atlas, around: { kind: "ring", asker: waiting.tab } },
      }),
    );
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
    const session = ctx.ledger.open({
      id: ctx.newSessionId(),
      model,
      asker: waiting.tab,
      request: waiting.request,
      hops: found.hops,
      contextTokens: waiting.contextTokens,
      epoch: 0,
      state: { kind: "active", sinceMs: nowMs },
    });
    ctx.gifts.shared(session);
    ctx.keeper.settle(session);
    ctx.ready(waiting, readyAnswer(ctx, session, waiting.request, false));
  }
  dropOrphans(ctx, modelId);
  if (ctx.line.of(modelId).length === 0) return;
  const usualMs = ctx.pulse.usualMs(modelId);
  const runningMs = ctx.ledger
    .ofModel(modelId)
    .flatMap(({ state }) => (state.kind === "active" ? [nowMs - state.sinceMs] : []));
  ctx.line.of(modelId).forEach((waiting, index) => {
    const { told, want } = waiting;
    const own = want.kind === "chat" ? reason : (repairReasons.get(waiting) ?? told?.reason ?? { kind: "all-busy" });
    const waitMs = own.kind === "all-busy" ? expectedWait(index + 1, runningMs, usualMs) : null;
    const sameWait = told === null || isAsTold(told.waitMs, waitMs, nowMs - waiting.toldMs);
    if (told !== null && told.position === index + 1 && sameReason(told.reason, own) && sameWait) return;
    waiting.told = { status: "queued", request: waiting.request, position: index + 1, reason: own, waitMs };
    waiting.toldMs = nowMs;
    ctx.queued(waiting, waiting.told);
  });
}

/** Whether what was told `agoMs` ago still says about the same; small corrections are not worth a word. */
function isAsTold(toldMs: number | null, waitMs: number | null, agoMs: number): boolean {
  if (toldMs === null || waitMs === null) return toldMs === waitMs;
  const left = Math.max(0, toldMs - agoMs);
  return Math.abs(left - waitMs) <= Math.max(3000, waitMs / 4);
}

/** A repair whose chat is over waits for nothing; its asker heard of the end. */
function dropOrphans({ line, ledger }: ServeContext, modelId: ModelId): void {
  for (const waiting of line.of(modelId)) {
    if (waiting.want.kind === "repair" && ledger.get(waiting.want.session) === undefined) line.remove(waiting);
  }
}

/**
 * Hops as things are, else those that evicting idle chats makes possible; those are evicted, no others. `find` counts tokens
 * as free that somebody would give up. An idle chat's repair evicts nobody.
 */
function search(
  ctx: ServeContext,
  contextTokens: number,
  whom: Session | ModelId,
  find: (given: ReadonlyMap<TabId, number>) => RouteFound,
): RouteFound {
  const asIs = find(new Map());
  const repaired = typeof whom === "string" ? null : whom;
  if (asIs.kind !== "all-busy" || repaired?.state.kind === "idle") return asIs;

  const modelId = typeof whom === "string" ? whom : whom.model.id;
  const idle = ctx.ledger
    .ofModel(modelId)
    .filter((session) => session.state.kind === "idle")
    .sort((a, b) => a.state.sinceMs - b.state.sinceMs);
  const findWithout = (count: number): RouteFound => {
    const given = new Map<TabId, number>();
    for (const session of idle.slice(0, count)) {
      for (const tab of reservedOn(session)) given.set(tab, (given.get(tab) ?? 0) + session.contextTokens);
    }
    return find(given);
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
  const own = new Set(repaired === null ? [] : reservedOn(repaired));
  const used = new Set(found.hops.map((hop) => hop.tab).filter((tab) => !own.has(tab)));
  for (const victim of idle.slice(0, enough)) {
    const cramped = new Set(
      ctx.roster
        .holders(modelId)
        .filter((h) => used.has(h.tab) && h.freeTokens < contextTokens)
        .map((h) => h.tab),
    );
    if (reservedOn(victim).some((tab) => cramped.has(tab))) ctx.ledger.close(victim, "evicted", ctx.emit);
  }
  return found;
}

/** Tabs on which the session's KV is counted. */
function reservedOn(session: Session): readonly TabId[] {
  return allHops(session)
    .filter(({ standing }) => standing === "reserved")
    .map(({ tab }) => tab);
}
