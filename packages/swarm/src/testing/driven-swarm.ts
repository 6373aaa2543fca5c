import type {
  ModelId,
  Pace,
  Queued,
  Refusal,
  RequestId,
  Route,
  RouteReady,
  SessionId,
  SiteKey,
  TabId,
  Taken,
} from "@potluck/protocol";
import type { Effect } from "../state/effect.ts";
import type { SwarmLimits } from "../state/swarm-limits.ts";
import { type Outcome, Swarm } from "../state/swarm.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";
import { countingIds, offer } from "./test-model.ts";

/** A swarm with a clock of its own, whose effects are kept. */
export class DrivenSwarm {
  readonly swarm: Swarm;
  readonly effects: Effect[] = [];
  nowMs = 0;
  #requests = 0;

  constructor(models: readonly SwarmModel[], limits: Partial<SwarmLimits> = {}) {
    this.swarm = new Swarm({ models, randomId: countingIds(), secretFor: (tab) => `secret of ${tab}`, limits });
  }

  /** Keeps the effects, returns the answer. */
  done<Answer>(outcome: Outcome<Answer>): Answer {
    this.effects.push(...outcome.effects);
    return outcome.answer;
  }

  /** What was sent since the last call, as `name` to each tab. */
  sent(): { to: TabId; name: string; payload: unknown }[] {
    return this.effects
      .splice(0)
      .flatMap((e) => (e.kind === "send" ? [{ to: e.to, name: e.name, payload: e.payload }] : []));
  }

  join(site: SiteKey | null = null): TabId {
    return this.done(this.swarm.join(undefined, this.nowMs, site)).tab;
  }

  /** A tab that holds what its budget allows and is ready; a guest where a site is named. */
  donor(budgetBytes: number, site: SiteKey | null = null): TabId {
    const tab = this.join(site);
    const answer = this.done(this.swarm.donate(tab, offer(budgetBytes), this.nowMs));
    if (answer.status === "refused") throw new Error(answer.message);
    this.ready(tab);
    return tab;
  }

  ready(tab: TabId, stepMs = 10, pace: Pace = "steady"): void {
    this.done(this.swarm.status(tab, { donor: "ready", stepMs, sessions: 0, pace }, this.nowMs));
  }

  /** The tab's socket is back. */
  back(tab: TabId, site: SiteKey | null = null): void {
    this.done(this.swarm.join({ tab, secret: `secret of ${tab}` }, this.nowMs, site));
  }

  /** What the asker says of its route. */
  claim(route: Route, lost: readonly TabId[] = [], state: "active" | "idle" = "active"): Taken {
    return this.done(this.swarm.claim(route.asker, { route, state, lost }, this.nowMs));
  }

  repair(
    tab: TabId,
    session: SessionId,
    lost: readonly TabId[],
    barred: readonly TabId[] = lost,
  ): RouteReady | Queued | Refusal {
    const request = `r${++this.#requests}` as RequestId;
    return this.done(this.swarm.repair(tab, { request, session, lost, barred }, this.nowMs));
  }

  ask(tab: TabId, contextTokens: number, resume?: SessionId, modelId = "test-model"): RouteReady | Queued | Refusal {
    const request = `r${++this.#requests}` as RequestId;
    return this.done(
      this.swarm.requestRoute(tab, { request, modelId: modelId as ModelId, contextTokens, resume }, this.nowMs),
    );
  }

  /** As {@link ask}, where a route must come at once. */
  mustGet(tab: TabId, contextTokens: number, resume?: SessionId): RouteReady {
    const answer = this.ask(tab, contextTokens, resume);
    if (answer.status !== "ready") throw new Error(JSON.stringify(answer));
    return answer;
  }

  settle(tab: TabId, session: SessionId, state: "idle" | "ended"): Taken {
    return this.done(this.swarm.settle(tab, { session, state }, this.nowMs));
  }

  /** Lets time pass in half-second ticks; `alive` tabs send heartbeats. */
  pass(ms: number, alive: readonly TabId[] = []): void {
    const until = this.nowMs + ms;
    while (this.nowMs < until) {
      this.nowMs = Math.min(until, this.nowMs + 500);
      for (const tab of alive) this.swarm.heard(tab, this.nowMs);
      this.done(this.swarm.tick(this.nowMs));
    }
  }
}
