/** A donor's life: ask for a segment, load it, serve it, give it back. The one place where {@link DonationState} changes. */
import { EngineError } from "@potluck/engine";
import type { Clock } from "@potluck/link";
import { createHopHost, type DropCounter, type HopHost, type Switchboard } from "@potluck/pipeline";
import type { Segment, SessionId } from "@potluck/protocol";
import { createStore } from "zustand/vanilla";
import type { Coordinator } from "../coordinator/coordinator.ts";
import { settled } from "../coordinator/settled.ts";
import type { LinkBook } from "../links/link-book.ts";
import type { Shards, TabShard } from "../shards.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import type { CachedSegments } from "./cached-segments.ts";
import type { DeviceReport, Donation, DonationState, ServingStats } from "./donation.ts";
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
}

interface Serving {
  readonly segment: Segment;
  readonly shard: TabShard;
  readonly host: HopHost;
  /** What the host sends through. */
  readonly links: LinkBook;
}

/** One start, until its stop. */
interface Run {
  readonly abort: AbortController;
  readonly budgetBytes: number;
  /**
   * `waiting` for the first welcome; `joining` once the coordinator was asked. A welcome during that means that it may have
   * forgotten the question: then the tab registers `again`, after this one join, since two would load two shards.
   */
  phase: "waiting" | "joining" | "again" | "joined";
  /** Something that the donation can live with. */
  notice: { readonly notice?: Problem };
}

/** A page that was just opened connects in far less; after that the call itself says what is wrong. */
const connectDeadlineMs = 10_000;

/** How often the numbers on the page change. */
const refreshMs = 500;

export function createDonation(
  options: DonationOptions,
): Donation & { readonly serving: () => Serving | null; rejoin(): void } {
  const { coordinator, shards, board, drops, clock } = options;
  const state = createStore<DonationState>(() => ({ kind: "idle" }));
  /** A newer one, or null, makes everything that the older one still does void. */
  let run: Run | null = null;
  let serving: Serving | null = null;
  let cancelRefresh = (): void => undefined;

  const set = (next: DonationState): void => state.setState(next, true);

  const stats = (host: HopHost): ServingStats => ({ ...host.stats, peers: options.links()?.open.length ?? 0 });

  const refresh = (): void => {
    if (serving === null) return;
    const { segment, host } = serving;
    set({ kind: host.stats.sessions > 0 ? "serving" : "ready", segment, stats: stats(host), ...run?.notice });
    coordinatorStatus();
    cancelRefresh = clock.after(refreshMs, refresh);
  };

  let reported = "";
  /** Tells the coordinator only what changed; its heartbeat repeats the last word anyway. */
  const coordinatorStatus = (): void => {
    if (serving === null) return;
    const { sessions, stepMs } = serving.host.stats;
    const status = { donor: "ready", sessions, stepMs: Math.round((stepMs ?? 0) * 10) / 10 } as const;
    const text = `${sessions}`;
    if (text === reported) return;
    reported = text;
    coordinator.report(status);
  };

  const openHost = (shard: TabShard): Pick<Serving, "host" | "links"> => {
    const links = options.links();
    if (links === null) throw new ProblemError(problems.serverGone());
    const host = createHopHost({ runner: shard, peers: links, clock, drops });
    board.hosts.add(host);
    return { host, links };
  };

  const leave = async (): Promise<void> => {
    cancelRefresh();
    const was = serving;
    serving = null;
    reported = "";
    if (was !== null) {
      was.host.close();
      board.hosts.delete(was.host);
    }
    coordinator.report({ donor: "none" });
    await was?.shard.close();
  };

  const fail = async (problem: Problem): Promise<void> => {
    run?.abort.abort();
    run = null;
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
    const cached = options.cached.list();
    const answer = await coordinator.call("donate", {
      preview: false,
      models: serving === null ? [] : [serving.segment.modelId],
      budgetBytes: current.budgetBytes,
      backend: device.backend,
      f16: device.f16,
      cached,
      holding: serving?.segment ?? null,
    });
    if (signal.aborted) return;
    if (answer.status === "refused") throw new ProblemError(problems.refused(answer));
    const { segment, kvTokens } = answer;
    if (serving !== null && sameSegment(serving.segment, segment)) {
      // DN7: registered again; what is loaded stays loaded, and what is answered goes on unless our id is a new one.
      if (serving.links !== options.links()) {
        board.hosts.delete(serving.host);
        serving.host.close();
        serving = { segment, shard: serving.shard, ...openHost(serving.shard) };
      }
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
      serving = { segment, shard, ...openHost(shard) };
      if (current.notice.notice === undefined) options.cached.add(segment);
      void shard.gone.then((error) => (serving?.shard === shard ? fail(problems.engine(error)) : undefined));
    }
    reported = "";
    refresh();
  };

  coordinator.on("admit", ({ route, hop }) => {
    if (serving !== null) board.admit(serving.host, route, hop);
  });
  coordinator.on("dismiss", ({ session }: { session: SessionId }) => serving?.host.dismiss(session));

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

  return {
    state,
    device: options.device,
    serving: () => serving,
    async preview(budgetBytes) {
      const device = await options.device();
      const { backend, f16 } = device;
      const cached = [...options.cached.list()];
      const answer = await coordinator.call("donate", {
        preview: true,
        models: [],
        budgetBytes,
        backend,
        f16,
        cached,
        holding: null,
      });
      if (answer.status === "refused") throw new ProblemError(problems.refused(answer));
      return { segment: answer.segment, weightBytes: answer.weightBytes };
    },
    start(budgetBytes) {
      if (run !== null) return;
      run = { abort: new AbortController(), budgetBytes, phase: "waiting", notice: {} };
      set({ kind: "joining" });
      void begin(run);
    },
    async stop() {
      run?.abort.abort();
      run = null;
      coordinator.call("stop-donating", { why: "stopped" }).catch(() => undefined);
      await leave();
      set({ kind: "idle" });
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
