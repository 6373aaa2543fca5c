import {
  type Assigned,
  type CancelRoute,
  type Donate,
  type Hello,
  type ModelId,
  type Queued,
  type Refusal,
  refuse,
  type RequestRoute,
  type RouteReady,
  type SessionId,
  type Settle,
  type Status,
  type TabId,
  type Taken,
} from "@potluck/protocol";
import { place, type PlaceModel } from "../place/place.ts";
import type { SwarmStatus } from "../status/swarm-status.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";
import { answerAtOnce } from "./answer-at-once.ts";
import type { SwarmCore } from "./core.ts";
import { dismissHopped, forget, release, unqueue } from "./departures.ts";
import type { Effect, Emit } from "./effect.ts";
import { expire } from "./expire.ts";
import { Ledger } from "./ledger.ts";
import { countSwarm, reportSwarm, type SwarmCounts } from "./report.ts";
import { Roster } from "./roster.ts";
import type { Session } from "./session.ts";
import { serveQueue } from "./serve-queue.ts";
import { defaultSwarmLimits, type SwarmLimits } from "./swarm-limits.ts";
import type { Grant, TabEntry } from "./tab-entry.ts";
import { type Waiting, WaitingLine } from "./waiting-line.ts";

export interface SwarmOptions {
  readonly models: readonly SwarmModel[];
  /** A fresh id of 32 hex digits that nobody can guess. */
  readonly randomId: () => string;
  /** What proves that a tab is the one it says, the same after a restart; nobody else can compute it. */
  readonly secretFor: (tab: TabId) => string;
  readonly limits?: Partial<SwarmLimits> | undefined;
}

/** The answer to whoever raised the event, and what everybody must hear because of it, in order. */
export interface Outcome<Answer> {
  readonly answer: Answer;
  readonly effects: readonly Effect[];
}

export interface Joined {
  readonly tab: TabId;
  readonly secret: string;
  /** The tab was known and keeps what it had. */
  readonly resumed: boolean;
}

export interface SwarmInspection {
  readonly tabs: readonly Readonly<TabEntry>[];
  readonly sessions: readonly Readonly<Session>[];
  readonly queues: readonly (readonly Readonly<Waiting>[])[];
}

/**
 * The coordinator's whole state: tabs, what they hold, chats and their reservations, queues. Each method is one event; it
 * changes the state, then one function decides what follows. Times are ms of any one clock that never goes back. A tab id
 * given to a method is that of an authenticated connection.
 */
export class Swarm {
  readonly #core: SwarmCore;
  readonly #randomId: () => string;
  readonly #secretFor: (tab: TabId) => string;

  constructor(options: SwarmOptions) {
    const limits = { ...defaultSwarmLimits, ...options.limits };
    const roster = new Roster(options.models);
    this.#core = { roster, ledger: new Ledger(roster, limits.leaseMs), line: new WaitingLine(), limits };
    this.#randomId = options.randomId;
    this.#secretFor = options.secretFor;
  }

  /** A socket says hello. With a resume secret that fits it is the tab it was; else a new one. */
  join(resume: Hello["resume"], nowMs: number): Outcome<Joined> {
    return this.#event(nowMs, () => {
      const proven = resume !== undefined && resume.secret === this.#secretFor(resume.tab) ? resume.tab : null;
      const known = proven === null ? undefined : this.#core.roster.tab(proven);
      if (known !== undefined) {
        known.heardMs = nowMs;
        this.#core.roster.setPresence(known, { kind: "connected" });
        // What it was told while it was away is lost: tell it again where it stands.
        for (const waiting of this.#core.line.ofTab(known.id)) {
          waiting.told = null;
          this.#core.roster.changed.add(waiting.modelId);
        }
        return { tab: known.id, secret: known.secret, resumed: true };
      }
      // A proven tab that is not known outlived a restart of ours: its peers know it by its id, so it keeps that.
      const id = proven ?? (this.#randomId() as TabId);
      const entry: TabEntry = {
        id,
        secret: this.#secretFor(id),
        presence: { kind: "connected" },
        heardMs: nowMs,
        donor: { kind: "none" },
        sessions: new Set(),
        reservedTokens: 0,
        active: 0,
      };
      this.#core.roster.add(entry);
      return { tab: entry.id, secret: entry.secret, resumed: false };
    });
  }

  /** The tab's socket is gone; it may come back. */
  away(tab: TabId, nowMs: number): Outcome<void> {
    return this.#event(nowMs, () => {
      const entry = this.#core.roster.tab(tab);
      if (entry?.presence.kind === "connected") this.#core.roster.setPresence(entry, { kind: "away", sinceMs: nowMs });
    });
  }

  /** The tab closed its socket on purpose and won't come back. */
  leave(tab: TabId, nowMs: number): Outcome<void> {
    return this.#event(nowMs, (emit) => {
      const entry = this.#core.roster.tab(tab);
      if (entry !== undefined) forget(this.#core, entry, emit);
    });
  }

  /** Any event of the tab shows that it lives. Cheap: decides nothing. */
  heard(tab: TabId, nowMs: number): void {
    const entry = this.#core.roster.tab(tab);
    if (entry !== undefined) entry.heardMs = nowMs;
  }

  /** What the tab would be asked to hold now. Changes nothing. */
  preview(tab: TabId, offer: Donate): Assigned | Refusal {
    const placement = place(offer, this.#placeModels(this.#core.roster.tab(tab) ?? null));
    if (placement.status === "refused") return placement;
    return assigned(placement);
  }

  /** The tab takes a segment. The same offer again gets the same segment; another offer gives the old one back first. */
  donate(tab: TabId, offer: Donate, nowMs: number): Outcome<Assigned | Refusal> {
    return this.#event(nowMs, (emit) => {
      const entry = this.#core.roster.tab(tab);
      if (entry === undefined) return unknownTab();
      if (entry.donor.kind !== "none" && stillOffered(entry.donor.grant, offer)) return assigned(entry.donor.grant);
      const placement = place(offer, this.#placeModels(entry));
      if (placement.status === "refused") return placement;
      release(this.#core, entry, emit);
      const { model, node, kvTokens, loadBytes } = placement;
      const grant = { model, node, kvTokens, loadBytes, offer };
      this.#core.roster.setDonor(entry, { kind: "loading", grant, sinceMs: nowMs });
      return assigned(grant);
    });
  }

  /** A heartbeat. A tab that reports on a segment which it does not hold (any more) is refused, so that it asks again. */
  status(tab: TabId, status: Status, nowMs: number): Outcome<Taken> {
    return this.#event(nowMs, (emit) => {
      const entry = this.#core.roster.tab(tab);
      if (entry === undefined) return unknownTab();
      entry.heardMs = nowMs;
      const { donor } = entry;
      switch (status.donor) {
        case "none":
          // A heartbeat may cross the assignment; only a tab that was ready has given something up.
          if (donor.kind === "ready") release(this.#core, entry, emit);
          return { status: "taken" };
        case "failed":
          release(this.#core, entry, emit);
          return { status: "taken" };
        case "loading":
          if (donor.kind === "none") return notHeld();
          if (donor.kind === "ready") {
            dismissHopped(this.#core, entry, emit);
            this.#core.roster.setDonor(entry, { kind: "loading", grant: donor.grant, sinceMs: nowMs });
          }
          return { status: "taken" };
        case "ready": {
          if (donor.kind === "none") return notHeld();
          const { stepMs } = status;
          // Only the speed changed: nobody in the queue gains by it.
          if (donor.kind === "ready") entry.donor = { ...donor, stepMs };
          else this.#core.roster.setDonor(entry, { kind: "ready", grant: donor.grant, sinceMs: nowMs, stepMs });
          return { status: "taken" };
        }
        default:
          return status satisfies never;
      }
    });
  }

  stopDonating(tab: TabId, nowMs: number): Outcome<Taken> {
    return this.#event(nowMs, (emit) => {
      const entry = this.#core.roster.tab(tab);
      if (entry !== undefined) release(this.#core, entry, emit);
      return { status: "taken" };
    });
  }

  /** A route now, or a place in the queue; the same request again gets the same answer again. */
  requestRoute(tab: TabId, ask: RequestRoute, nowMs: number): Outcome<RouteReady | Queued | Refusal> {
    const effects: Effect[] = [];
    const emit: Emit = (effect) => effects.push(effect);
    const answer = answerAtOnce(this.#core, tab, ask, nowMs, emit);
    if (answer !== null) {
      this.#decide(nowMs, emit, null);
      return { answer, effects };
    }
    const waiting: Waiting = {
      tab,
      request: ask.request,
      modelId: ask.modelId,
      contextTokens: ask.contextTokens,
      told: null,
    };
    this.#core.line.push(waiting);
    this.#core.roster.changed.add(ask.modelId);
    const told = this.#decide(nowMs, emit, waiting);
    if (told === null) throw new Error("a request was neither served nor queued");
    return { answer: told, effects };
  }

  cancelRoute(tab: TabId, ask: CancelRoute, nowMs: number): Outcome<Taken> {
    return this.#event(nowMs, (emit) => {
      for (const waiting of this.#core.line.ofTab(tab).filter((w) => w.request === ask.request))
        unqueue(this.#core, waiting);
      // It may have been served while the cancellation was on its way.
      const entry = this.#core.roster.tab(tab);
      for (const session of entry === undefined ? [] : this.#core.ledger.of(entry)) {
        if (session.asker === tab && session.request === ask.request && session.state.kind === "active") {
          this.#core.ledger.close(session, "ended", emit, tab);
        }
      }
      return { status: "taken" };
    });
  }

  settle(tab: TabId, settle: Settle, nowMs: number): Outcome<Taken> {
    return this.#event(nowMs, (emit) => {
      const session = this.#core.ledger.get(settle.session);
      if (session === undefined || session.asker !== tab) {
        return refuse("unknown-session", "This chat's reservation is over already; the next message gets a new route.");
      }
      if (settle.state === "idle") this.#core.ledger.rest(session, nowMs);
      else this.#core.ledger.close(session, "ended", emit, tab);
      return { status: "taken" };
    });
  }

  /** Time passed: drops what is overdue. Call it about twice a second. */
  tick(nowMs: number): Outcome<void> {
    return this.#event(nowMs, (emit) => expire(this.#core, nowMs, emit));
  }

  /** Whether the two are asker or hop of one live route: only then may they signal to each other. */
  sharesRoute(a: TabId, b: TabId): boolean {
    const [first, second] = [this.#core.roster.tab(a), this.#core.roster.tab(b)];
    if (first === undefined || second === undefined || first === second) return false;
    return [...first.sessions].some((session) => second.sessions.has(session));
  }

  counts(): SwarmCounts {
    return countSwarm(this.#core);
  }

  /** What everybody may know; the answer of `GET /api/swarm`. */
  report(): SwarmStatus {
    return reportSwarm(this.#core);
  }

  /** Everything, for tests that check what must always hold. Not for the network. */
  inspect(): SwarmInspection {
    const { roster, ledger, line } = this.#core;
    const models = [...roster.models()];
    return {
      tabs: [...roster.tabs()],
      sessions: [...ledger.all()],
      queues: models.map((model) => line.of(model.id)),
    };
  }

  #placeModels(except: TabEntry | null): readonly PlaceModel[] {
    return this.#core.roster.placeModels(except, (model) => this.#core.line.of(model).length);
  }

  #event<Answer>(nowMs: number, change: (emit: Emit) => Answer): Outcome<Answer> {
    const effects: Effect[] = [];
    const emit: Emit = (effect) => effects.push(effect);
    const answer = change(emit);
    this.#decide(nowMs, emit, null);
    return { answer, effects };
  }

  /** Serves the queues of all models that changed. What `asking` learns is its answer, not an event. */
  #decide(nowMs: number, emit: Emit, asking: Waiting | null): RouteReady | Queued | null {
    const { roster } = this.#core;
    let answer: RouteReady | Queued | null = null;
    const changed: readonly ModelId[] = [...roster.changed];
    for (const model of changed) {
      serveQueue(
        {
          ...this.#core,
          emit,
          newSessionId: () => this.#randomId() as SessionId,
          ready: (waiting, payload) => {
            if (waiting === asking) answer = payload;
            else emit({ kind: "send", to: waiting.tab, name: "route-ready", payload });
          },
          queued: (waiting, payload) => {
            if (waiting === asking) answer = payload;
            else if (roster.tab(waiting.tab)?.presence.kind === "connected")
              emit({ kind: "send", to: waiting.tab, name: "queued", payload });
          },
        },
        model,
        nowMs,
      );
    }
    // Serving only takes room away, which helps nobody else; what it evicted it gave out at once.
    roster.changed.clear();
    return answer;
  }
}

function assigned(grant: Pick<Grant, "model" | "node" | "kvTokens" | "loadBytes">): Assigned {
  return {
    status: "assigned",
    segment: { modelId: grant.model.id, from: grant.node.from, to: grant.node.to },
    weightBytes: grant.loadBytes,
    kvTokens: grant.kvTokens,
  };
}

/** Whether what was granted still is what the donor offers; a tab that comes back must not lose its chats for saying so. */
function stillOffered(grant: Grant, offer: Donate): boolean {
  return (
    grant.offer.budgetBytes === offer.budgetBytes &&
    grant.offer.backend === offer.backend &&
    grant.offer.f16 === offer.f16 &&
    (offer.models.length === 0 || offer.models.includes(grant.model.id))
  );
}

function unknownTab(): Refusal {
  return refuse("not-admitted", "The coordinator does not know this tab any more. Say hello again.");
}

function notHeld(): Refusal {
  return refuse("not-admitted", "The coordinator gave this tab's segment away. Ask to donate again.");
}
