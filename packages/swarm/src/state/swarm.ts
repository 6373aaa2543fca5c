import {
  type Answered,
  type Assigned,
  type CancelRoute,
  type Claim,
  type Donate,
  type Hello,
  type Measured,
  type Queued,
  type Refusal,
  refuse,
  type Repair,
  type RequestRoute,
  type RouteReady,
  type SessionId,
  type Settle,
  type SiteKey,
  type Status,
  type SwarmView,
  type TabId,
  type Taken,
} from "@potluck/protocol";
import { Atlas } from "../near/atlas.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";
import { makeView } from "../view/make-view.ts";
import { Pulse } from "../view/pulse.ts";
import { ViewNames } from "../view/view-names.ts";
import { answerAtOnce } from "./answer-at-once.ts";
import type { SwarmCore } from "./core.ts";
import { takeClaim } from "./claim.ts";
import { forget, goAway, release, retell, unqueue } from "./departures.ts";
import { decide } from "./decide.ts";
import { previewDonation, previewGuest, takeDonation } from "./donation.ts";
import type { Effect, Emit } from "./effect.ts";
import { expire } from "./expire.ts";
import { Gifts, type SiteGift } from "./gifts.ts";
import { takeHeartbeat } from "./heartbeat.ts";
import { Ledger } from "./ledger.ts";
import { answerRepairAtOnce, withdrawOffer } from "./repair.ts";
import { countSwarm, type SwarmCounts } from "./report.ts";
import { Roster } from "./roster.ts";
import type { Session } from "./session.ts";
import { defaultSwarmLimits, type SwarmLimits } from "./swarm-limits.ts";
import type { TabEntry } from "./tab-entry.ts";
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
  readonly #names: ViewNames;

  constructor(options: SwarmOptions) {
    const limits = { ...defaultSwarmLimits, ...options.limits };
    const roster = new Roster(options.models);
    this.#core = {
      roster,
      ledger: new Ledger(roster, limits),
      line: new WaitingLine(),
      atlas: new Atlas(),
      pulse: new Pulse(),
      gifts: new Gifts(roster),
      limits,
    };
    this.#randomId = options.randomId;
    this.#secretFor = options.secretFor;
    this.#names = new ViewNames(options.randomId);
  }

  /**
   * A socket says hello. With a resume secret that fits it is the tab it was; else a new one. `site` makes it a guest, or one
   * no more, whatever it was before.
   */
  join(resume: Hello["resume"], nowMs: number, site: SiteKey | null = null): Outcome<Joined> {
    return this.#event(nowMs, (emit) => {
      const proven = resume !== undefined && resume.secret === this.#secretFor(resume.tab) ? resume.tab : null;
      const known = proven === null ? undefined : this.#core.roster.tab(proven);
      if (known !== undefined) {
        known.heardMs = nowMs;
        if (resume?.anew === true) for (const waiting of this.#core.line.ofTab(known.id)) unqueue(this.#core, waiting);
        this.#core.roster.setSite(known, site);
        this.#core.roster.setPresence(known, { kind: "connected" });
        retell(this.#core, known, emit);
        return { tab: known.id, secret: known.secret, resumed: true };
      }
      // A proven tab that is not known outlived a restart of ours: its peers know it by its id, so it keeps that.
      const id = proven ?? (this.#randomId() as TabId);
      const entry: TabEntry = {
        id,
        secret: this.#secretFor(id),
        site,
        presence: { kind: "connected" },
        heardMs: nowMs,
        donor: { kind: "none" },
        reservedTokens: 0,
        active: 0,
        standingBy: 0,
      };
      this.#core.roster.add(entry);
      return { tab: entry.id, secret: entry.secret, resumed: false };
    });
  }

  /** The tab's socket is gone; it may come back. */
  away(tab: TabId, nowMs: number): Outcome<void> {
    return this.#event(nowMs, (emit) => {
      const entry = this.#core.roster.tab(tab);
      if (entry?.presence.kind === "connected") goAway(this.#core, entry, nowMs, emit);
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
    return previewDonation(this.#core, this.#core.roster.tab(tab), offer);
  }

  /** Bytes of weights that a new guest of this budget would load now; null when nothing fits. Changes nothing. */
  previewGuest(budgetBytes: number): number | null {
    return previewGuest(this.#core, budgetBytes);
  }

  /** A site's guests that have a socket. */
  tabsOf(site: SiteKey): readonly TabId[] {
    return [...this.#core.roster.guests(site)].filter((one) => one.presence.kind === "connected").map(({ id }) => id);
  }

  /** What each site's guests gave since the last call; sites that gave nothing are left out. */
  takeGifts(nowMs: number): ReadonlyMap<SiteKey, SiteGift> {
    return this.#core.gifts.take(nowMs);
  }

  /** The tab takes a segment. The same offer again gets the same segment; another offer gives the old one back first. */
  donate(tab: TabId, offer: Donate, nowMs: number): Outcome<Assigned | Refusal> {
    return this.#event(nowMs, (emit) => takeDonation(this.#core, this.#core.roster.tab(tab), offer, nowMs, emit));
  }

  /** A heartbeat. */
  status(tab: TabId, status: Status, nowMs: number): Outcome<Taken> {
    return this.#event(nowMs, (emit) => takeHeartbeat(this.#core, tab, status, nowMs, emit));
  }

  /** How far others are. Cheap: decides nothing, and what runs stays where it is. */
  measured(tab: TabId, { links }: Measured): Outcome<Taken> {
    const { roster, atlas } = this.#core;
    if (roster.tab(tab) === undefined) return { answer: unknownTab(), effects: [] };
    atlas.take(tab, links, (other) => roster.tab(other) !== undefined);
    return { answer: { status: "taken" }, effects: [] };
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
    const { request, modelId, contextTokens } = ask;
    const waiting = { tab, request, modelId, contextTokens, want: { kind: "chat" as const }, told: null, toldMs: 0 };
    return this.#ask(nowMs, (emit) => answerAtOnce(this.#core, tab, ask, nowMs, emit) ?? waiting);
  }

  /** Hops in place of lost ones now, or a place before all chats in the queue. */
  repair(tab: TabId, ask: Repair, nowMs: number): Outcome<RouteReady | Queued | Refusal> {
    return this.#ask(nowMs, () => {
      const answer = answerRepairAtOnce(this.#core, tab, ask);
      const session = this.#core.ledger.get(ask.session);
      if (answer !== null || session === undefined) return answer ?? unknownTab();
      const { request } = ask;
      const { model, contextTokens } = session;
      const without = { lost: new Set(ask.lost), barred: new Set(ask.barred) };
      const want = { kind: "repair" as const, session: session.id, without };
      return { tab, request, modelId: model.id, contextTokens, want, told: null, toldMs: 0 };
    });
  }

  /** The asker's word on how its route stands. */
  claim(tab: TabId, claim: Claim, nowMs: number): Outcome<Taken> {
    return this.#event(nowMs, () =>
      this.#core.roster.tab(tab) === undefined ? unknownTab() : takeClaim(this.#core, tab, claim, nowMs),
    );
  }

  /** How much of its answer an asker has. Cheap: decides nothing. */
  answered(tab: TabId, { session: id, tokens }: Answered, nowMs: number): Outcome<Taken> {
    const session = this.#core.ledger.get(id);
    if (session?.asker !== tab) return { answer: unknownSession(), effects: [] };
    if (session.state.kind === "active") this.#tokens(session, tokens, nowMs);
    return { answer: { status: "taken" }, effects: [] };
  }

  cancelRoute(tab: TabId, ask: CancelRoute, nowMs: number): Outcome<Taken> {
    return this.#event(nowMs, (emit) => {
      for (const waiting of this.#core.line.ofTab(tab).filter((w) => w.request === ask.request))
        unqueue(this.#core, waiting);
      // It may have been served while the cancellation was on its way.
      for (const session of this.#core.ledger.of(tab).filter((one) => one.asker === tab)) {
        if (session.offer?.request === ask.request) withdrawOffer(this.#core, session);
        if (session.request === ask.request && session.state.kind === "active")
          this.#core.ledger.close(session, "ended", emit, tab);
      }
      return { status: "taken" };
    });
  }

  settle(tab: TabId, settle: Settle, nowMs: number): Outcome<Taken> {
    return this.#event(nowMs, (emit) => {
      const session = this.#core.ledger.get(settle.session);
      if (session === undefined || session.asker !== tab) return unknownSession();
      if (session.state.kind === "active" && settle.tokens !== undefined && settle.tokens > 0) {
        this.#tokens(session, settle.tokens, nowMs);
        this.#core.pulse.ended(session, nowMs);
      }
      if (settle.state === "idle") this.#core.ledger.rest(session, nowMs);
      else this.#core.ledger.close(session, "ended", emit, tab);
      return { status: "taken" };
    });
  }

  /** Time passed: drops what is overdue. Call it some times a second. */
  tick(nowMs: number): Outcome<void> {
    return this.#event(nowMs, (emit) => expire(this.#core, nowMs, emit));
  }

  /** Whether the two are asker, hop or standby of one chat: only then may they signal to each other. */
  sharesRoute(a: TabId, b: TabId): boolean {
    return a !== b && this.#core.ledger.together(a, b);
  }

  counts(): SwarmCounts {
    return countSwarm(this.#core);
  }

  /** What everybody may know (SW30); the answer of `GET /api/swarm`, and what watchers see. */
  view(nowMs: number): SwarmView {
    return makeView(this.#core, this.#names, nowMs);
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

  #event<Answer>(nowMs: number, change: (emit: Emit) => Answer): Outcome<Answer> {
    const effects: Effect[] = [];
    const emit: Emit = (effect) => effects.push(effect);
    const answer = change(emit);
    this.#decide(nowMs, emit, null);
    return { answer, effects };
  }

  /** A request that is answered at once, or takes its place and hears of that. */
  #ask(
    nowMs: number,
    change: (emit: Emit) => RouteReady | Queued | Refusal | Waiting,
  ): Outcome<RouteReady | Queued | Refusal> {
    const effects: Effect[] = [];
    const emit: Emit = (effect) => effects.push(effect);
    const result = change(emit);
    if ("status" in result) {
      this.#decide(nowMs, emit, null);
      return { answer: result, effects };
    }
    this.#core.line.push(result);
    this.#core.roster.changed.add(result.modelId);
    const told = this.#decide(nowMs, emit, result);
    if (told === null) throw new Error("a request was neither served nor queued");
    return { answer: told, effects };
  }

  #tokens(session: Session, tokens: number, nowMs: number): void {
    if (tokens === 0) return;
    this.#core.gifts.answered(session, this.#core.pulse.tokens(session, tokens, nowMs));
  }

  #decide(nowMs: number, emit: Emit, asking: Waiting | null): RouteReady | Queued | null {
    return decide(this.#core, () => this.#randomId() as SessionId, nowMs, emit, asking);
  }
}

function unknownSession(): Refusal {
  return refuse("unknown-session", "This chat's reservation is over already; the next message gets a new route.");
}

function unknownTab(): Refusal {
  return refuse("not-admitted", "The coordinator does not know this tab any more. Say hello again.");
}
