/** A donor's life: ask for a segment, load it, serve it, give it back. The one place where {@link DonationState} changes. */
import { EngineError } from "@potluck/engine";
import type { Clock } from "@potluck/link";
import type { createHopHost, DropCounter, Switchboard } from "@potluck/pipeline";
import type { Segment, SessionId } from "@potluck/protocol";
import { createStore } from "zustand/vanilla";
import type { Coordinator } from "../coordinator/coordinator.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { defaultRules } from "../manners/rules.ts";
import { settled } from "../coordinator/settled.ts";
import type { LinkBook } from "../links/link-book.ts";
import type { OpenShard, Shards, TabShard } from "../shards.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import type { CachedSegments } from "./cached-segments.ts";
import type { DeviceReport, Donation, DonationState } from "./donation.ts";
import { type Draft, openDraft } from "./draft.ts";
import { createHosting, type Hosting } from "./hosting.ts";
import { requestSegment } from "./request-segment.ts";
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
  /** Whether the page can't be seen; a page that never says is. */
  readonly hidden?: () => boolean;
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

  let rules = defaultRules;
  const set = (next: DonationState): void => state.setState(next, true);

  const refresh = (): void => {
    const hosting = serving?.hosting ?? null;
    if (run === null || serving === null || hosting === null) return;
    const { segment } = serving;
    const { kind } = run.leaving;
    const stats = hosting.look(kind !== "no");
    cancelRefresh();
    if (kind === "finishing" && hosting.host.stats.answering === 0) return void stop();
    cancelRefresh = clock.after(refreshMs, refresh);
    if (kind !== "no") return set({ kind, segment, stats });
    set({ kind: stats.sessions > 0 ? "serving" : "ready", segment, stats, ...run.notice });
  };

  const openHosting = (shard: TabShard): Hosting => {
    const links = options.links();
    if (links === null) throw new ProblemError(problems.serverGone());
    const report = coordinator.report.bind(coordinator);
    const { hidden = () => false, openHost } = options;
    const draft = (): Draft | null => (serving?.shard === shard ? serving.draft : null);
    const shared = { shard, draft, links, board, drops, clock, hidden, report };
    return createHosting(openHost === undefined ? shared : { ...shared, openHost });
  };

  /** DN35: after `ready`, so that nobody waits for it. */
  const guessWith = (whose: Serving, segment: Segment, how: Pick<OpenShard, "kvTokens" | "backend">): void => {
    let isKept = true;
    const onNotKept = (): void => void (isKept = false);
    whose.draft = openDraft(shards, { segment, ...how, onNotKept }, () => {
      if (isKept) options.cached.add(segment);
    });
  };

  const leave = async (): Promise<void> => {
    cancelRefresh();
    const was = serving;
    serving = null;
    was?.hosting?.close();
    coordinator.report({ donor: "none" });
    await Promise.all([was?.shard.close(), was?.draft?.close()]);
  };

  /** Makes everything void that the run still does. */
  const endRun = (): void => {
    if (run?.leaving.kind === "finishing") run.leaving.cancelDeadline();
    run?.abort.abort();
    run = null;
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
    current.phase = "joining";
    const holding = serving?.segment ?? null;
    const { segment, kvTokens, draft } = await requestSegment(coordinator, {
      preview: false,
      budgetBytes: current.budgetBytes,
      device,
      cached: options.cached,
      holding,
      avoid: [],
      rules,
    });
    if (signal.aborted) return;
    const isNew = serving === null || !sameSegment(serving.segment, segment);
    if (serving !== null && sameSegment(serving.segment, segment)) {
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
      const shard = await shards.open({
        segment,
        kvTokens,
        backend: device.backend,
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) set({ kind: "loading", segment, progress, ...current.notice });
        },
        onNotKept: (error) => {
          current.notice = { notice: problems.notKept(error) };
        },
      });
      if (signal.aborted) return shard.close();
      serving = { segment, shard, hosting: openHosting(shard), draft: null };
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
      // What is loaded serves on, and is registered at the next welcome.
      if (serving !== null && problem.code === "server-gone") current.phase = "joined";
      else await fail(problem);
    }
  };

  const start = (budgetBytes: number): void => {
    if (run === null) {
      run = { abort: new AbortController(), budgetBytes, phase: "waiting", notice: {}, leaving: { kind: "no" } };
      set({ kind: "joining" });
      return void begin(run);
    }
    const { leaving } = run;
    if (leaving.kind === "handing-over") leaving.again = { budgetBytes };
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
    if (again !== null) start(again.budgetBytes);
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

  return {
    state,
    setRules(next) {
      rules = next;
    },
    pause: () => undefined,
    resume: () => undefined,
    sensors: () => Promise.reject(new Error("not yet")),
    allowIdle: () => Promise.reject(new Error("not yet")),
    probe: () => Promise.reject(new Error("not yet")),
    cache: { list: async () => [], remove: async () => false },
    ledger: createStore<Ledger>(() => new Map()),
    device: options.device,
    start,
    stop,
    halt,
    async preview(budgetBytes) {
      const device = await options.device();
      const request = { preview: true, budgetBytes, device, cached: options.cached, holding: null, avoid: [], rules };
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
      serving?.hosting?.close();
      if (serving !== null) serving.hosting = null;
      coordinator.report({ donor: "none" });
      coordinator.call("stop-donating", { why: "leaving" }).catch(() => undefined);
    },
    rejoin() {
      if (run?.phase === "joined") void begin(run);
      else if (run?.phase === "joining") run.phase = "again";
    },
  };
}

/** A function, because the phase changes while `begin` waits, which the compiler does not see. */
const isStale = (current: Run): boolean => current.phase === "again";

function sameSegment(a: Segment, b: Segment): boolean {
  return a.modelId === b.modelId && a.from === b.from && a.to === b.to;
}

/** DN3. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof EngineError) return problems.engine(error);
  return problems.internal(error instanceof Error ? error.message : String(error));
}
