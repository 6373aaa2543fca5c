/** Keeps a route alive: decides who is lost, who takes the place, and tells everybody. The route's one writer (RP1). */
import type { Clock } from "@potluck/link";
import type { FailureReason, Hop, LayerRange, Progress, Route, Standbys, TabId, Turn } from "@potluck/protocol";
import type { Peers } from "../peers.ts";
import { Announcement, answerRounds } from "./announcement.ts";
import { LostTabs } from "./lost-tabs.ts";
import type { PaceWatch } from "./pace-watch.ts";
import type { LostWhy, RepairDesk, RepairRecord, RouteState } from "./repair.ts";
import { RepairLog } from "./repair-log.ts";
import { seekReplacement } from "./seek-replacement.ts";

export interface RouteKeeperOptions {
  readonly route: Route;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly desk: RepairDesk;
  readonly pace: PaceWatch;
  /** The turn as a hop must know it that hears of it only now; null before the first. */
  readonly turn: () => Turn | null;
  /** Positions whose rows hops may keep (SD4). */
  readonly certain: () => number;
  /** Positions whose tokens are known. */
  readonly known: () => number;
  /** An answer is in progress. */
  readonly isAnswering: () => boolean;
  /** A new epoch begins: nothing may be sent to the first hop before it has said what it has. */
  readonly onEpoch: () => void;
  readonly onState: (state: RouteState) => void;
  readonly onGiveUp: (reason: FailureReason, hop: number, detail: string) => void;
}

/** A coordinator's hint is believed when nothing is heard of the tab for this long; pings come every 500 ms. */
const hintMs = 700;
/** A link to a live tab that is silent for longer than this is as good as closed. */
const quietMs = 1500;
/** RP10. */
const waitDeadlineMs = 600_000;
/** RP17: a tab that is only out of reach for a moment is worth this much between two turns. */
const idleWaitDeadlineMs = 20_000;
/** Two links to the same tab may be broken; the same hops are tried again at most this often. */
const resyncPauseMs = 2000;
/** So many epochs over the same hops, with no row more anywhere, need another hop: two of them can't reach each other. */
const fruitlessEpochs = 3;
/** Slow hops are spared at most this often. */
const spareAgainMs = 60_000;
/** What a link's silence takes to be noticed: four pings of 500 ms. */
const silentLinkMs = 2000;

export class RouteKeeper {
  readonly #options: RouteKeeperOptions;
  readonly #lost: LostTabs;
  readonly #log: RepairLog;
  #route: Route;
  #state: RouteState = { kind: "steady" };
  /** Of the last epoch; null before the first change. */
  #announcement: Announcement | null = null;
  #seeking: AbortController | null = null;
  #waitingSinceMs: number | null = null;
  #lastResyncMs = Number.NEGATIVE_INFINITY;
  #lastSparedMs = Number.NEGATIVE_INFINITY;
  #repairDue = false;
  /** Epochs over the same hops in a row, since a token came or a hop got further. */
  #fruitless = 0;
  /** How far each hop of the present route was at most. */
  readonly #reached = new Map<TabId, number>();
  #closed = false;
  readonly #cancels = new Set<() => void>();

  constructor(options: RouteKeeperOptions) {
    this.#options = options;
    this.#route = options.route;
    this.#lost = new LostTabs(() => options.clock.now());
    this.#log = new RepairLog(() => options.clock.now());
    this.#linkUp();
  }

  get route(): Route {
    return this.#route;
  }

  get state(): RouteState {
    return this.#state;
  }

  /** Whether hops have yet to answer the last reroute; it has deadlines of its own. */
  get isAnnouncing(): boolean {
    return this.#announcement !== null && this.#announcement.isPending;
  }

  get repairs(): readonly RepairRecord[] {
    return this.#log.records;
  }

  /** Whether frames of this tab may be believed, as a hop's. */
  hopOf(tab: TabId): number {
    return this.#route.hops.findIndex((hop) => hop.tab === tab);
  }

  /** A longer reservation, told by the coordinator. */
  extend(contextTokens: number): void {
    this.#route = { ...this.#route, contextTokens: Math.max(contextTokens, this.#route.contextTokens) };
  }

  /** The coordinator's standbys from now on. Linked up before they are needed (RP12). */
  standbys(list: Standbys["hops"]): void {
    const hops = this.#route.hops.map((hop) => {
      const found = list.find(({ tab }) => tab === hop.tab);
      return found === undefined ? hop : { ...hop, standbys: found.standbys };
    });
    this.#route = { ...this.#route, hops };
    this.#linkUp();
    // One of them may be what is waited for.
    if (this.#state.kind === "waiting") this.#repairSoon();
  }

  /** RP7. */
  lost(tab: TabId, why: LostWhy, silentMs: number | null = this.#options.peers.silentMs(tab)): void {
    if (this.#closed) return;
    const hop = this.#route.hops.find((one) => one.tab === tab);
    const standsBy = this.#route.hops.some(({ standbys }) => standbys.includes(tab));
    if (hop === undefined && !standsBy) return;
    const told = this.#lost.mark(tab, why);
    if (hop === undefined || told === "known") return;
    const detectMs = why === "left" || why === "slow" || why === "failed" ? 0 : (silentMs ?? silentLinkMs);
    if (told === "news") this.#log.lost(tab, hop.range, why, detectMs);
    this.#repairSoon();
  }

  /** A hop can't reach its neighbour. */
  suspected(by: TabId, tab: TabId): void {
    const at = this.hopOf(tab);
    const hop = this.#route.hops[at];
    if (hop === undefined || this.#lost.has(tab) || tab === this.#options.peers.self) return;
    const silentMs = this.#options.peers.silentMs(tab);
    if (silentMs === null || silentMs > quietMs || this.#standbyFor(hop) !== null) {
      return this.lost(tab, "unreachable");
    }
    // Both live, only their link does not. Either end may be replaced.
    const other = this.#route.hops[this.hopOf(by)];
    if (other !== undefined && by !== this.#options.peers.self && this.#standbyFor(other) !== null) {
      return this.lost(by, "unreachable");
    }
    this.resync();
  }

  /** RP15. */
  leaving(tab: TabId, why: "stopped" | "slow"): void {
    const hop = this.#route.hops[this.hopOf(tab)];
    if (hop === undefined || this.#lost.has(tab)) return;
    if (why === "slow") return this.#spare(tab, hop);
    if (this.#standbyFor(hop) !== null) return this.lost(tab, "left");
    // It works on meanwhile; when it is gone before anybody was found, it is lost like any other.
    if (this.#seeking === null) this.#seekBeforeItLeaves(tab);
  }

  /**
   * A slow hop's standby must compute everything again, and may be as slow: where all machines are busy, moving on and on
   * would cost more than waiting.
   */
  #spare(tab: TabId, hop: Hop): void {
    const now = this.#options.clock.now();
    if (this.#standbyFor(hop) === null || now - this.#lastSparedMs < spareAgainMs) return;
    this.#lastSparedMs = now;
    this.lost(tab, "slow");
  }

  /** The coordinator lost sight of the tab. Its own links know better. */
  hinted(tab: TabId): void {
    const { peers } = this.#options;
    if (this.hopOf(tab) === -1 || tab === peers.self) return;
    const silentMs = peers.silentMs(tab);
    if (silentMs === null) return this.lost(tab, "gone");
    const sinceMs = this.#options.clock.now();
    this.#after(hintMs, () => {
      const still = peers.silentMs(tab);
      if (still === null || still >= this.#options.clock.now() - sinceMs) this.lost(tab, "gone", still);
    });
  }

  /** A hop says how far it is; the first time in an epoch, that it has taken it. */
  progressed(tab: TabId, { length }: Progress): void {
    this.#announcement?.answered(tab);
    if (length > (this.#reached.get(tab) ?? 0)) {
      this.#reached.set(tab, length);
      this.#fruitless = 0;
    }
    if (this.#state.kind === "repairing" && this.#seeking === null) {
      this.#set({ ...this.#state, done: Math.max(this.#state.done, Math.min(length, this.#state.total)) });
    }
    if (this.#announcement?.isTaken === false) return;
    if (!this.#options.isAnswering() && this.#seeking === null) this.#steady();
  }

  /** An answer begins: from now on somebody waits for a lost hop. */
  answerBegins(): void {
    if (this.#state.kind !== "waiting") return;
    this.#waitingSinceMs = null;
    this.#repairSoon();
  }

  /** A token came: whatever was wrong is right again. */
  flows(): void {
    this.#fruitless = 0;
    if (this.#seeking === null && !this.#repairDue) this.#steady();
  }

  /** RP11: the same hops under a new epoch; whoever does not answer is stuck. */
  resync(): void {
    const pauseMs = this.#lastResyncMs + resyncPauseMs - this.#options.clock.now();
    if (pauseMs > 0) {
      const { epoch } = this.#route;
      this.#after(pauseMs, () => this.#route.epoch === epoch && this.resync());
      return;
    }
    this.#lastResyncMs = this.#options.clock.now();
    this.#fruitless += 1;
    const behind = this.#fruitless > fruitlessEpochs ? this.#hopBehind() : null;
    if (behind !== null) return this.lost(behind, "stuck");
    this.#announce(this.#route.hops);
  }

  /**
   * RP11: every hop answers its asker, and yet nothing gets on: a path between two of them is cut, and neither end can tell
   * in time. The first hop that is behind the one before it is where it ends; where all are as far, the last one.
   */
  #hopBehind(): TabId | null {
    const { hops } = this.#route;
    const reached = (at: number): number => this.#reached.get(hops[at]?.tab ?? this.#route.asker) ?? 0;
    const found = hops.findIndex((_, at) => at > 0 && reached(at) < reached(at - 1));
    const at = found === -1 ? hops.length - 1 : found;
    const other = hops[at]?.tab === this.#options.peers.self ? hops[at - 1] : hops[at];
    return hops.length < 2 ? null : (other?.tab ?? null);
  }

  /** A page that was reloaded takes its route up again: every hop may be further, or less far, than it knows. */
  takeUp(): void {
    this.#announce(this.#route.hops);
  }

  close(): void {
    this.#closed = true;
    this.#seeking?.abort();
    this.#announcement?.close();
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #after(ms: number, act: () => void): void {
    const cancel = this.#options.clock.after(ms, () => {
      this.#cancels.delete(cancel);
      if (!this.#closed) act();
    });
    this.#cancels.add(cancel);
  }

  #set(state: RouteState): void {
    if (state.kind === "steady" && this.#state.kind === "steady") return;
    this.#state = state;
    this.#log.waiting(state.kind === "waiting");
    this.#options.onState(state);
  }

  #steady(): void {
    this.#log.resumed(this.#options.known());
    this.#waitingSinceMs = null;
    this.#set({ kind: "steady" });
  }

  /** The best standby that is not lost, one that is linked already before others. */
  #standbyFor(hop: Hop): TabId | null {
    const { peers } = this.#options;
    const hops = new Set(this.#route.hops.map(({ tab }) => tab));
    const able = hop.standbys.filter((tab) => !this.#lost.has(tab) && !hops.has(tab));
    return able.find((tab) => (peers.silentMs(tab) ?? quietMs) < quietMs) ?? able[0] ?? null;
  }

  /** Losses that come together are repaired together. */
  #repairSoon(): void {
    if (this.#repairDue) return;
    this.#repairDue = true;
    queueMicrotask(() => {
      this.#repairDue = false;
      if (!this.#closed) this.#repair();
    });
  }

  #repair(): void {
    const taken = new Set(this.#route.hops.map(({ tab }) => tab));
    const unfilled: Hop[] = [];
    const hops = this.#route.hops.map((hop): Hop => {
      if (!this.#lost.has(hop.tab)) return hop;
      const standby = this.#standbyFor(hop);
      if (standby === null || taken.has(standby)) {
        unfilled.push(hop);
        return hop;
      }
      taken.add(standby);
      return { ...hop, tab: standby, standbys: hop.standbys.filter((tab) => tab !== standby) };
    });
    if (unfilled.length > 0) return this.#wait(unfilled);
    this.#seeking?.abort();
    this.#seeking = null;
    if (hops.some((hop, i) => hop.tab !== this.#route.hops[i]?.tab)) this.#announce(hops);
  }

  /** RP1: the hops from now on, told to everybody whom it concerns. */
  #announce(hops: readonly Hop[]): void {
    const { peers, desk, clock } = this.#options;
    const before = this.#route.hops;
    this.#route = { ...this.#route, epoch: this.#route.epoch + 1, hops };
    const { route } = this;
    const now = new Set(hops.map(({ tab }) => tab));
    const joined = hops.filter(({ tab }) => before.every((hop) => hop.tab !== tab));
    for (const { tab } of joined) {
      this.#log.joined(tab);
      this.#reached.delete(tab);
    }
    const total = this.#options.known();
    this.#set({ kind: "repairing", lost: joined.map(({ range }) => range), done: 0, total });
    this.#options.onEpoch();
    this.#options.pace.start();
    this.#announcement?.close();
    this.#announcement = new Announcement({
      route,
      turn: this.#options.turn(),
      certain: this.#options.certain(),
      out: before.map(({ tab }) => tab).filter((tab) => !now.has(tab) && peers.silentMs(tab) !== null),
      peers,
      clock,
      deadlineMs: () => this.#options.pace.deadlineMs,
      onUnreachable: (tab) => this.lost(tab, "unreachable"),
      onSilent: (tab, round) => {
        const hop = this.#route.hops[this.hopOf(tab)];
        if (peers.silentMs(tab) === null) this.lost(tab, "unreachable");
        else if ((hop !== undefined && this.#standbyFor(hop) !== null) || round >= answerRounds)
          this.lost(tab, "stuck");
      },
    });
    desk.claim(route, this.#options.isAnswering() ? "active" : "idle", this.#lost.all);
    this.#linkUp();
  }

  /** RP8, RP10: nobody stands by. Looks for somebody until the deadline, or until the route is whole again. */
  #wait(unfilled: readonly Hop[]): void {
    const { clock, isAnswering } = this.#options;
    const missing = unfilled.map(({ range }) => range);
    // Between two turns nobody waits for it.
    if (!isAnswering() && !unfilled.some(({ tab }) => this.#lost.mayComeBack(tab))) {
      return this.#options.onGiveUp("hop-left", this.hopOf(unfilled[0]?.tab ?? this.#route.asker), "between two turns");
    }
    if (this.#waitingSinceMs === null) {
      this.#waitingSinceMs = clock.now();
      const sinceMs = this.#waitingSinceMs;
      this.#after(isAnswering() ? waitDeadlineMs : idleWaitDeadlineMs, () => {
        if (this.#waitingSinceMs !== sinceMs || this.#state.kind !== "waiting") return;
        const hop = this.hopOf(unfilled[0]?.tab ?? this.#route.asker);
        this.#options.onGiveUp("hop-left", hop, "nobody came to take its place");
      });
    }
    this.#announcement?.close();
    this.#set({ kind: "waiting", missing });
    this.#seek((ranges: readonly LayerRange[]) => {
      if (ranges.length > 0) this.#set({ kind: "waiting", missing: ranges });
    }, unfilled);
  }

  #seekBeforeItLeaves(tab: TabId): void {
    const abort = this.#seek(() => undefined, []);
    const lost = [...this.#lost.all, tab];
    this.#options.desk
      .replace(this.#route.session, { lost, barred: lost }, () => undefined, abort.signal)
      .then((route) => {
        if (this.#seeking !== abort || this.#closed) return;
        this.#seeking = null;
        this.#lost.mark(tab, "left");
        this.#log.lost(tab, this.#route.hops[this.hopOf(tab)]?.range ?? { from: 0, to: 0 }, "left", 0);
        this.#adopt(route);
      })
      .catch(() => {
        if (this.#seeking === abort) this.#seeking = null;
      });
  }

  /** Begins to look, and ends an older search. With nothing to look for, only takes its place. */
  #seek(onWaiting: (missing: readonly LayerRange[]) => void, unfilled: readonly Hop[]): AbortController {
    this.#seeking?.abort();
    const abort = new AbortController();
    this.#seeking = abort;
    if (unfilled.length === 0) return abort;
    const { peers, clock, desk, isAnswering } = this.#options;
    void seekReplacement({
      session: this.#route.session,
      comingBack: unfilled.map(({ tab }) => tab).filter((tab) => this.#lost.mayComeBack(tab)),
      lost: this.#lost.all,
      barred: () => this.#lost.barred,
      peers,
      clock,
      desk: isAnswering() ? desk : null,
      onWaiting,
      signal: abort.signal,
    }).then((found) => {
      if (this.#seeking !== abort || this.#closed || found === null) return;
      this.#seeking = null;
      if (found.kind === "route") return this.#adopt(found.route);
      this.#lost.takeBack(found.tab);
      if (this.#route.hops.every(({ tab }) => !this.#lost.has(tab))) this.#announce(this.#route.hops);
      else this.#repairSoon();
    });
    return abort;
  }

  /** Hops that the coordinator chose. */
  #adopt(route: Route): void {
    for (const { tab, standbys } of route.hops) for (const each of [tab, ...standbys]) this.#lost.takeBack(each);
    this.extend(route.contextTokens);
    this.#announce(route.hops);
  }

  /** RP12. Failures show when the link is needed. */
  #linkUp(): void {
    const { peers } = this.#options;
    for (const { tab, standbys } of this.#route.hops) {
      for (const each of [tab, ...standbys]) {
        if (each !== peers.self && !this.#lost.has(each)) peers.link(each).catch(() => undefined);
      }
    }
  }
}
