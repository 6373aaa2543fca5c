/** A donor's life: ask for a segment, load it, serve it, give it back. The one place where {@link DonationState} changes. */
import { EngineError } from "@potluck/engine";
import type { Clock } from "@potluck/link";
import { createDuty, type createHopHost, type DropCounter, type Switchboard } from "@potluck/pipeline";
import type { Segment, SessionId } from "@potluck/protocol";
import { createStore } from "zustand/vanilla";
import type { Coordinator } from "../coordinator/coordinator.ts";
import type { Tally } from "../ledger/create-tally.ts";
import type { Manners } from "../manners/create-manners.ts";
import { holdsUpLoading } from "../manners/decide.ts";
import type { DonationRules, PauseReason } from "../manners/rules.ts";
import type { Senses } from "../manners/senses.ts";
import type { WindowLocks } from "../sharing/window-locks.ts";
import { settled } from "../coordinator/settled.ts";
import type { LinkBook } from "../links/link-book.ts";
import type { OpenShard, Shards, TabShard } from "../shards.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import type { CachedSegments } from "./cached-segments.ts";
import type { DeviceReport, Donation, DonationState, ModelCache } from "./donation.ts";
import { type Draft, openDraft } from "./draft.ts";
import { createHosting, type Hosting } from "./hosting.ts";
import { findPlace, type Place } from "./find-place.ts";
import { requestSegment } from "./request-segment.ts";
import { untilAllowed, watchRules, withDeadline } from "./rule-waits.ts";
import type { Run, Serving } from "./run.ts";
import { usable } from "./usable.ts";

export interface DonationOptions {
  readonly coordinator: Coordinator;
  readonly shards: Shards;
  readonly links: () => LinkBook | null;
  readonly board: Switchboard;
  readonly drops: DropCounter;
  readonly clock: Clock;
  readonly cached: CachedSegments;
  readonly device: () => Promise<DeviceReport>;
  readonly manners: Manners;
  readonly senses: Senses;
  readonly windows: WindowLocks;
  readonly tally: Tally;
  readonly cache: ModelCache;
  readonly probe: Donation["probe"];
  readonly openHost?: typeof createHopHost;
}

/** What the page does with a donation beside what its person does. */
export interface PageDonation extends Donation {
  /** After each welcome. */
  rejoin(): void;
  /** The page is frozen or closed: gives the segment back at once and keeps the shard, in case of a later `rejoin`. */
  suspend(): void;
  /** As `stop`, but at once: nothing is handed over. */
  halt(): Promise<void>;
}

/** A page that was just opened connects in far less; after that the call itself says what is wrong. */
const connectDeadlineMs = 10_000;

/** How often a window in line asks again; the locks tell it at once when one closes. */
const askAgainMs = 60_000;
/** How often the numbers on the page change. */
const refreshMs = 500;
/** RP15 gives a hand-over five seconds; this is for a host that does not keep to it. */
const handOverDeadlineMs = 6_000;
/** Past the longest answer of a slow route; who asks on and on does not hold a donor that wants to go. */
const finishDeadlineMs = 600_000;

export function createDonation(options: DonationOptions): PageDonation {
  const { coordinator, shards, board, drops, clock } = options;
  const state = createStore<DonationState>(() => ({ kind: "idle" }));
  /** A newer one, or null, makes everything that the older one still does void. */
  let run: Run | null = null;
  let serving: Serving | null = null;
  let cancelRefresh = (): void => undefined;

  const { manners, senses, windows, tally } = options;
  const duty = createDuty(clock);
  const set = (next: DonationState): void => state.setState(next, true);

  const refresh = (): void => {
    const hosting = serving?.hosting ?? null;
    if (run === null || serving === null || hosting === null) return;
    const { segment } = serving;
    const { kind } = run.leaving;
    const reasons = manners.look();
    const isPaused = reasons.length > 0;
    const stats = hosting.look(kind !== "no" ? "draining" : isPaused ? "paused" : "serving");
    tally.look(hosting.host, kind === "no" && !isPaused);
    cancelRefresh();
    // A pause meanwhile cuts the finishing short: what it would finish has to move anyway.
    if (kind === "finishing" && (stats.answering === 0 || isPaused)) return void stop();
    cancelRefresh = clock.after(refreshMs, refresh);
    if (kind !== "no") return set({ kind, segment, stats });
    if (isPaused) return set({ kind: "paused", segment, stats, reasons, ...run.notice });
    set({ kind: stats.sessions > 0 ? "serving" : "ready", segment, stats, ...run.notice });
  };

  const openHosting = (shard: TabShard): Hosting => {
    const links = options.links();
    if (links === null) throw new ProblemError(problems.serverGone());
    const report = coordinator.report.bind(coordinator);
    const { openHost } = options;
    const hidden = (): boolean => senses.hidden();
    const draft = (): Draft | null => (serving?.shard === shard ? serving.draft : null);
    const shared = { shard, draft, links, board, drops, clock, hidden, duty, report };
    return createHosting(openHost === undefined ? shared : { ...shared, openHost });
  };

  /** DN35: after `ready`, so that nobody waits for it. */
  const guessWith = (whose: Serving, segment: Segment, how: Pick<OpenShard, "kvTokens" | "backend">): void => {
    let isKept = true;
    const onNotKept = (): void => void (isKept = false);
    const onReady = (): void => {
      if (isKept) options.cached.add(segment);
    };
    whose.draft = openDraft(shards, { segment, ...how, onNotKept, onProgress: tally.load() }, onReady);
  };

  const leave = async (): Promise<void> => {
    cancelRefresh();
    const was = serving;
    serving = null;
    was?.hosting?.close();
    coordinator.report({ donor: "none" });
    await Promise.all([was?.shard.close(), was?.draft?.close()]);
    was?.release();
  };

  /** Makes everything void that the run still does. */
  const endRun = (): void => {
    if (run?.leaving.kind === "finishing") run.leaving.cancelDeadline();
    run?.abort.abort();
    run = null;
    manners.attend(false);
    tally.attend(false);
  };

  /** Waits with empty hands, and begins anew when `until` resolves. A stop ends it, a page that is put aside forgets it. */
  const sleep = (current: Run, until: (signal: AbortSignal) => Promise<void>): void => {
    current.nap?.abort();
    const nap = new AbortController();
    current.nap = nap;
    const wake = (): void => {
      if (current.nap !== nap) return;
      current.nap = null;
      void begin(current);
    };
    // What rejects was called off.
    until(AbortSignal.any([current.abort.signal, nap.signal])).then(wake, () => undefined);
  };

  /** DN36: nothing is loaded while a rule says so. */
  const sleepByRules = (current: Run): void => {
    const show = (reasons: readonly PauseReason[]): void => set({ kind: "waiting-for-rules", reasons });
    sleep(current, (signal) => untilAllowed({ look: () => manners.look(), clock, signal, show }));
  };

  /** DN40: the next in line. It asks again now and then, too: what is wanted may have changed meanwhile. */
  const sleepInLine = async (current: Run): Promise<void> => {
    const held = await windows.siblings();
    if (run !== current) return;
    set({ kind: "waiting-for-tab", held });
    sleep(current, (signal) => withDeadline(clock, askAgainMs, signal, (limited) => windows.freed(held, limited)));
  };

  const fail = async (problem: Problem): Promise<void> => {
    endRun();
    await leave();
    // The coordinator that is gone needs no goodbye.
    coordinator.call("stop-donating", { why: "stopped" }).catch(() => undefined);
    set({ kind: "error", problem });
  };

  const join = async (current: Run): Promise<void> => {
    const { signal } = current.abort;
    const device = usable(await options.device());
    current.phase = "waiting";
    await settled(coordinator.connection, clock, connectDeadlineMs);
    // What serves already is registered at the next welcome anyway.
    if (serving === null) await coordinator.reach();
    if (signal.aborted) return;
    const connection = coordinator.connection.getState();
    // In its own words: it may be the wrong version, not gone.
    if (connection.kind === "offline") throw new ProblemError(connection.problem);
    if (serving === null && holdsUpLoading(manners.look())) return sleepByRules(current);
    current.phase = "joining";
    const { budgetBytes } = current;
    const { cached } = options;
    const wish = { budgetBytes, device, cached, holding: serving?.segment ?? null, rules: manners.rules };
    const place = await findPlace(coordinator, windows, wish, signal);
    try {
      if (!signal.aborted) await take(current, device, place);
    } finally {
      if (serving?.release !== place.release) place.release();
    }
  };

  /** Loads what was assigned, or goes on with it. */
  const take = async (current: Run, device: DeviceReport, { assigned, release }: Place): Promise<void> => {
    const { signal } = current.abort;
    const { segment, kvTokens, draft } = assigned;
    const isNew = serving === null || !sameSegment(serving.segment, segment);
    if (serving !== null && sameSegment(serving.segment, segment)) {
      const before = serving.release;
      serving.release = release;
      before();
      // DN7: registered again; what is loaded stays loaded, and what is answered goes on unless our id is a new one.
      if (serving.hosting?.links !== options.links()) {
        serving.hosting?.close();
        serving.hosting = null;
        serving.hosting = openHosting(serving.shard);
      }
    } else if (current.leaving.kind !== "no") {
      // Not worth loading anything.
      return await halt();
    } else {
      await leave();
      coordinator.report({ donor: "loading" });
      const watch = watchRules({ look: () => manners.look(), clock, signal });
      const count = tally.load();
      let shard: TabShard;
      try {
        shard = await shards.open({
          segment,
          kvTokens,
          backend: device.backend,
          signal: watch.signal,
          onProgress: (progress) => {
            count(progress);
            if (!watch.signal.aborted) set({ kind: "loading", segment, progress, ...current.notice });
          },
          onNotKept: (error) => {
            current.notice = { notice: problems.notKept(error) };
          },
        });
      } catch (error) {
        if (signal.aborted || !watch.signal.aborted) throw error;
        // What came is kept; the layers may be others' meanwhile.
        coordinator.report({ donor: "none" });
        coordinator.call("stop-donating", { why: "stopped" }).catch(() => undefined);
        return sleepByRules(current);
      } finally {
        watch.end();
      }
      if (signal.aborted) return shard.close();
      serving = { segment, shard, hosting: openHosting(shard), draft: null, release };
      if (current.notice.notice === undefined) options.cached.add(segment);
      void shard.gone.then((error) => (serving?.shard === shard ? fail(problems.engine(error)) : undefined));
    }
    serving.hosting?.tellAgain();
    refresh();
    if (isNew && draft !== null) guessWith(serving, draft, { kvTokens, backend: device.backend });
  };

  coordinator.on("admit", ({ route, hop }) => {
    const hosting = serving?.hosting ?? null;
    if (hosting !== null) board.admit(hosting.host, route, hop);
  });
  coordinator.on("dismiss", ({ session }: { session: SessionId }) => serving?.hosting?.host.dismiss(session));

  const begin = async (current: Run): Promise<void> => {
    try {
      await join(current);
      if (isStale(current) && run === current) return await begin(current);
      current.phase = "joined";
    } catch (error) {
      if (run !== current) return;
      const problem = problemOf(error);
      if (problem.code === "held-beside") {
        current.phase = "joined";
        coordinator.call("stop-donating", { why: "stopped" }).catch(() => undefined);
        await leave();
        return await sleepInLine(current);
      }
      // What is loaded serves on, and is registered at the next welcome.
      if (serving !== null && problem.code === "server-gone") current.phase = "joined";
      else await fail(problem);
    }
  };

  const start = (budgetBytes: number): void => {
    if (run === null) {
      const abort = new AbortController();
      run = { abort, budgetBytes, phase: "waiting", notice: {}, leaving: { kind: "no" }, nap: null };
      manners.attend(true);
      tally.attend(true);
      set({ kind: "joining" });
      return void begin(run);
    }
    const { leaving } = run;
    if (leaving.kind === "handing-over") leaving.again = { budgetBytes, isPaused: false };
    if (leaving.kind !== "finishing") return;
    leaving.cancelDeadline();
    run.leaving = { kind: "no" };
    refresh();
  };

  const halt = async (): Promise<void> => {
    endRun();
    coordinator.call("stop-donating", { why: "stopped" }).catch(() => undefined);
    await leave();
    // Unless it was started again meanwhile.
    if (run === null) set({ kind: "idle" });
  };

  /** DN19. */
  const handOver = async (current: Run, hosting: Hosting): Promise<void> => {
    let cancel = (): void => undefined;
    const tooLong = new Promise<void>((resolve) => (cancel = clock.after(handOverDeadlineMs, resolve)));
    await Promise.race([hosting.host.leave().catch(() => undefined), tooLong]);
    cancel();
    if (run !== current) return;
    const again = current.leaving.kind === "handing-over" ? current.leaving.again : null;
    await halt();
    if (again === null) return;
    start(again.budgetBytes);
    manners.pausedByPerson = again.isPaused;
  };

  const stop = (): Promise<void> => {
    const hosting = serving?.hosting ?? null;
    if (run === null || hosting === null) return halt();
    if (run.leaving.kind === "handing-over") return run.leaving.done;
    if (run.leaving.kind === "finishing") run.leaving.cancelDeadline();
    const done = handOver(run, hosting);
    run.leaving = { kind: "handing-over", done, again: null };
    refresh();
    return done;
  };

  const registerAgain = (): void => {
    // Who waits with empty hands has nothing to register.
    if (run === null || run.nap !== null) return;
    if (run.phase === "joined") void begin(run);
    else if (run.phase === "joining") run.phase = "again";
  };

  /** The rules no longer let it serve the model that it has: others take the chats over, then it asks for another. */
  const serveAnother = ({ budgetBytes }: Run): void => {
    const isPaused = manners.pausedByPerson;
    void stop();
    start(budgetBytes);
    if (run?.leaving.kind === "handing-over") run.leaving.again = { budgetBytes, isPaused };
    else manners.pausedByPerson = isPaused;
  };

  senses.onChange(() => refresh());

  return {
    state,
    setRules(next) {
      const before = manners.rules;
      manners.rules = next;
      duty.share = next.share;
      if (run !== null && serving !== null && !allows(next, serving.segment)) return serveAnother(run);
      // What others are shown is told anew.
      if (before.country !== next.country && serving !== null) registerAgain();
      refresh();
    },
    pause() {
      if (run === null) return;
      manners.pausedByPerson = true;
      refresh();
    },
    resume() {
      manners.pausedByPerson = false;
      refresh();
    },
    sensors: () => senses.reports(),
    allowIdle: () => senses.allowIdle(),
    probe: options.probe,
    cache: options.cache,
    ledger: tally.ledger,
    device: options.device,
    start,
    stop,
    halt,
    async preview(budgetBytes) {
      const device = await options.device();
      const avoid = await windows.siblings();
      const { rules } = manners;
      const request = { preview: true, budgetBytes, device, cached: options.cached, holding: null, avoid, rules };
      const answer = await requestSegment(coordinator, request);
      const { segment, weightBytes, heldBytes } = answer;
      return { segment, weightBytes, heldBytes };
    },
    finish() {
      if (run === null || run.leaving.kind !== "no") return;
      if (serving === null) {
        void halt();
        return;
      }
      run.leaving = { kind: "finishing", cancelDeadline: clock.after(finishDeadlineMs, () => void stop()) };
      refresh();
    },
    suspend() {
      if (run === null) return;
      if (run.leaving.kind !== "no") {
        void halt();
        return;
      }
      cancelRefresh();
      run.nap?.abort();
      run.nap = null;
      tally.save();
      serving?.hosting?.close();
      if (serving !== null) serving.hosting = null;
      // Another window may take over meanwhile; who comes back asks anew.
      serving?.release();
      coordinator.report({ donor: "none" });
      coordinator.call("stop-donating", { why: "leaving" }).catch(() => undefined);
    },
    rejoin: registerAgain,
  };
}

/** A function, because the phase changes while `begin` waits, which the compiler does not see. */
const isStale = (current: Run): boolean => current.phase === "again";

function allows({ models }: DonationRules, { modelId }: Segment): boolean {
  return models.length === 0 || models.includes(modelId);
}

function sameSegment(a: Segment, b: Segment): boolean {
  return a.modelId === b.modelId && a.from === b.from && a.to === b.to;
}

/** DN3. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof EngineError) return problems.engine(error);
  return problems.internal(error instanceof Error ? error.message : String(error));
}
