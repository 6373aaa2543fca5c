import type { Donation, DonationState, Problem, Tab } from "@potluck/donor";
import type { EmbedStats, RefusalReason } from "@potluck/protocol";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Work } from "./life.ts";

/** What runs, or why it ended by itself. */
export type LentWork =
  | { readonly kind: "working"; readonly work: Work }
  | { readonly kind: "refused"; readonly reason: RefusalReason | null }
  | { readonly kind: "failed"; readonly problem: Problem };

/** A visitor's device at work for others. */
export interface Lending {
  readonly work: StoreApi<LentWork>;
  /** Since it began. */
  given(): EmbedStats;
  pause(): void;
  resume(): void;
  /** Resolves when the device is free: within a second (EB12). */
  stop(): Promise<void>;
}

/** The part of a tab that a guest uses. */
export interface GuestTab extends Pick<Tab, "connection" | "traffic" | "close"> {
  readonly donation: Pick<Donation, "state" | "pause" | "resume" | "stop">;
}

/** What a Stop may take to hand over; what is left of the second is for freeing the device. */
const handOverMs = 900;

/** Follows a tab whose donation was started. `now` is monotonic, in ms. */
export function lendTab(tab: GuestTab, now: () => number): Lending {
  const { donation, connection } = tab;
  const meter = createMeter(now);
  const look = (): LentWork => {
    const link = connection.getState();
    if (link.kind === "offline" && link.problem.code === "consent")
      return { kind: "refused", reason: (link.problem.values?.["reason"] ?? null) as RefusalReason | null };
    const state = donation.state.getState();
    meter.see(state);
    return state.kind === "error"
      ? { kind: "failed", problem: state.problem }
      : { kind: "working", work: workOf(state) };
  };
  const work = createStore<LentWork>()(look);
  const follow = (): void => {
    // What has ended stays ended: the tab is being closed.
    if (work.getState().kind === "working") work.setState(look(), true);
  };
  const unfollow = [connection.subscribe(follow), donation.state.subscribe(follow)];

  return {
    work,
    given() {
      const { sentBytes, receivedBytes } = tab.traffic();
      return { ...meter.sum(), bytes: sentBytes + receivedBytes + meter.loadedBytes() };
    },
    pause: () => donation.pause(),
    resume: () => donation.resume(),
    async stop() {
      for (const end of unfollow) end();
      await donation.stop(handOverMs);
      // The goodbye to the coordinator frees nothing here, so nobody waits for it.
      void tab.close();
    },
  };
}

function workOf(state: Exclude<DonationState, { readonly kind: "error" }>): Work {
  switch (state.kind) {
    case "idle":
    case "joining":
      return { kind: "starting" };
    case "loading":
      return { kind: "loading", doneBytes: state.progress.doneBytes, totalBytes: state.progress.totalBytes };
    case "ready":
    case "serving":
      return { kind: state.kind === "serving" && state.stats.answering > 0 ? "serving" : "ready" };
    case "paused":
    case "waiting-for-rules":
      return { kind: "paused", why: state.reasons[0]?.why ?? "calming-down" };
    case "waiting-for-tab":
      return { kind: "waiting" };
    case "handing-over":
    case "finishing":
      return { kind: "ready" };
    default:
      return state satisfies never;
  }
}

/** Sums over the donation's starts: tokens and bytes of the one that runs begin at 0. */
function createMeter(now: () => number): {
  see(state: DonationState): void;
  sum(): { readonly tokens: number; readonly seconds: number };
  loadedBytes(): number;
} {
  let tokens = 0;
  let earlierTokens = 0;
  let loaded = 0;
  let earlierLoaded = 0;
  let readyMs = 0;
  let readySince: number | null = null;

  return {
    see(state) {
      if (state.kind === "loading") {
        const bytes = state.progress.doneBytes - state.progress.cachedBytes;
        if (bytes < loaded) earlierLoaded += loaded;
        loaded = Math.max(0, bytes);
      }
      if ("stats" in state) {
        if (state.stats.tokensServed < tokens) earlierTokens += tokens;
        tokens = state.stats.tokensServed;
      }
      const isReady = state.kind === "ready" || state.kind === "serving";
      if (isReady) readySince ??= now();
      else if (readySince !== null) {
        readyMs += now() - readySince;
        readySince = null;
      }
    },
    sum: () => ({
      tokens: earlierTokens + tokens,
      seconds: Math.round((readyMs + (readySince === null ? 0 : now() - readySince)) / 1000),
    }),
    loadedBytes: () => earlierLoaded + loaded,
  };
}
