import { type Queued, type Refusal, refuse, type RequestRoute, type RouteReady, type TabId } from "@potluck/protocol";
import type { SwarmCore } from "./core.ts";
import type { Emit } from "./effect.ts";
import { readyAnswer } from "./ready-answer.ts";
import { withdrawOffer } from "./repair.ts";
import { StandbyKeeper } from "./standby-keeper.ts";

/**
 * The answer to a request that need not wait in line: one asked before, one whose chat's hops still hold its KV, or one
 * that can't be granted. Null when it must take its place in the queue.
 */
export function answerAtOnce(
  core: SwarmCore,
  tab: TabId,
  ask: RequestRoute,
  nowMs: number,
  emit: Emit,
): RouteReady | Queued | Refusal | null {
  const { roster, ledger, line, gifts, limits } = core;
  const entry = roster.tab(tab);
  if (entry === undefined)
    return refuse("not-admitted", "The coordinator does not know this tab any more. Say hello again.");
  const model = roster.model(ask.modelId);
  if (model === undefined) {
    const names = Array.from(roster.models(), (m) => m.id).join(", ");
    return refuse("unknown-model", `This swarm does not serve ${ask.modelId}. Choose one of: ${names || "none yet"}.`);
  }

  const own = ledger.of(tab).filter((session) => session.asker === tab);
  const same = own.find((session) => session.request === ask.request && session.state.kind === "active");
  if (same !== undefined) return readyAnswer(core, same, ask.request, false);
  const waiting = line.ofTab(tab);
  const inLine = waiting.find((w) => w.request === ask.request);
  if (inLine?.told) return inLine.told;

  if (ask.contextTokens > model.maxPositions) {
    return refuse(
      "context-too-long",
      `${model.name} reads at most ${model.maxPositions} tokens, and ${ask.contextTokens} were asked for. Start a new chat or ask for a shorter answer.`,
    );
  }
  if (ask.resume !== undefined) {
    const session = own.find((s) => s.id === ask.resume && s.model.id === model.id);
    if (session !== undefined) {
      withdrawOffer(core, session);
      if (ledger.resume(session, ask.request, ask.contextTokens, nowMs)) {
        gifts.shared(session);
        new StandbyKeeper(core, model.id, emit).settle(session);
        return readyAnswer(core, session, ask.request, true);
      }
      // Its hops can't carry it on: what it holds there is free for the route that it gets instead.
      ledger.close(session, "evicted", emit, tab);
    }
  }
  const largest = roster.largestContext(model.id);
  if (largest !== null && largest < ask.contextTokens) {
    return refuse(
      "context-too-long",
      `The donors of ${model.name} have memory for chats of ${largest} tokens, and ${ask.contextTokens} were asked for. Start a new chat or ask for a shorter answer.`,
    );
  }
  if (waiting.length >= limits.maxWaitingPerTab || own.length >= limits.maxSessionsPerTab) {
    return refuse("rate-limited", "This tab has as many chats as one tab may have. End one of them first.");
  }
  if (line.of(model.id).length >= limits.maxWaitingPerModel) {
    return refuse("queue-full", `Too many people wait for ${model.name}. Try again in a few minutes, or donate.`);
  }
  return null;
}
