import type { ModelId, Segment } from "@potluck/protocol";
import type { StoreApi } from "zustand/vanilla";
import type { Ledger } from "../ledger/ledger.ts";
import type { DonationRules, PauseReason, SensorReport, SensorReports } from "../manners/rules.ts";
import type { Problem } from "../problem.ts";

export interface LoadProgress {
  readonly stage: "download" | "compile" | "check";
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Of `doneBytes`, what came from this device's cache. */
  readonly cachedBytes: number;
  /** Over the last seconds; 0 when nothing came. */
  readonly bytesPerSecond: number;
}

export interface ServingStats {
  /** Positions computed for other people (and this tab's own chats), since Start. */
  readonly tokensServed: number;
  /** Chats that have their memory here. */
  readonly sessions: number;
  /** Of these, the ones with an answer in progress. */
  readonly answering: number;
  /** Chats whose hop this tab would take over. */
  readonly standingBy: number;
  /** Tabs linked to this one now. */
  readonly peers: number;
  /** Median ms of one decode step; null before the first. */
  readonly stepMs: number | null;
  /** Round trips of the open links, ms; null before one was measured. */
  readonly rttMs: { readonly median: number; readonly worst: number } | null;
  /** Why this tab is only a standby for now; null while it keeps up. */
  readonly slow: "hidden" | "busy" | null;
  /** Rows that this tab guessed as a first hop, and how many were right; `draft` is null where no model guesses. */
  readonly speculation?: {
    readonly draft: "loading" | "ready" | "failed" | "closed" | null;
    readonly drafted: number;
    readonly accepted: number;
  };
}

/** A donor's life. `serving` is `ready` with at least one session on the shard. `notice` is a problem that it can live with. */
export type DonationState =
  | { readonly kind: "idle" }
  | { readonly kind: "joining" }
  | {
      readonly kind: "loading";
      readonly segment: Segment;
      readonly progress: LoadProgress;
      readonly notice?: Problem;
    }
  | {
      readonly kind: "ready" | "serving";
      readonly segment: Segment;
      readonly stats: ServingStats;
      readonly notice?: Problem;
    }
  /** Holds its layers and serves nobody, for all of these reasons; goes on by itself unless the person paused it. */
  | {
      readonly kind: "paused";
      readonly segment: Segment;
      readonly stats: ServingStats;
      readonly reasons: readonly PauseReason[];
      readonly notice?: Problem;
    }
  /** Started, but a rule says that not even loading may begin (or go on). Begins by itself. */
  | { readonly kind: "waiting-for-rules"; readonly reasons: readonly PauseReason[] }
  /** DN40: other windows of this browser hold all that it could take. Takes over by itself when one closes. */
  | { readonly kind: "waiting-for-tab"; readonly held: readonly Segment[] }
  /**
   * On its way out. `handing-over`: others take its chats over, within seconds. `finishing`: it takes no new chats, and
   * stops after the answers that it runs.
   */
  | { readonly kind: "handing-over" | "finishing"; readonly segment: Segment; readonly stats: ServingStats }
  | { readonly kind: "error"; readonly problem: Problem };

/** What Start would load now. */
export interface DonationPreview {
  readonly segment: Segment;
  /** Still to load; 0 when all of it is cached. */
  readonly weightBytes: number;
  /** All weights that this tab would then hold; a draft only where one would be loaded, 0 otherwise. */
  readonly heldBytes: { readonly segment: number; readonly draft: number };
}

export interface Donation {
  readonly state: StoreApi<DonationState>;
  /** Which backend this tab would use and why not a faster one; for the page's diagnosis. */
  device(): Promise<DeviceReport>;
  /** Throws a ProblemError when nothing fits or the coordinator is out of reach. */
  preview(budgetBytes: number): Promise<DonationPreview>;
  /** Never throws: what happens shows in `state`. Starting twice is one start. */
  start(budgetBytes: number): void;
  /**
   * Hands running answers over, gives the segment back and frees the device. Resolves when the memory is free: after
   * `withinMs` at the latest, where that is given, and cut short then (DN49).
   */
  stop(withinMs?: number): Promise<void>;
  /** Takes no new chats and stops after the answers that run now. `stop` cuts it short, `start` takes it back. */
  finish(): void;
  /** The rules from now on, while donating too. `defaultRules` before the first call. */
  setRules(rules: DonationRules): void;
  /** The person's own pause: loading stops, answers go to others, the layers stay. Ended by `resume`, and by `stop`. */
  pause(): void;
  resume(): void;
  /** Which rules this browser can follow. Asks nobody. */
  sensors(): Promise<SensorReports>;
  /** Asks the person whether the page may know that the device is idle. Only in a click's handler. */
  allowIdle(): Promise<SensorReport>;
  /** DN44: measures memory for at most 3 s, and frees it. Throws a ProblemError; an AbortError when `signal` aborts. */
  probe(onProgress: (progress: ProbeProgress) => void, signal: AbortSignal): Promise<ProbeReport>;
  readonly cache: ModelCache;
  /** DN43: kept up to date while this window counts, or somebody is subscribed. */
  readonly ledger: StoreApi<Ledger>;
}

export interface ProbeProgress {
  readonly testedBytes: number;
  /** From 0 to 1, by time or by memory, whichever is further. */
  readonly done: number;
}

export interface ProbeReport {
  /** With a margin; a donor may give more at its own risk. */
  readonly suggestedBudgetBytes: number;
  /** Allocated, written and read back at once. */
  readonly testedBytes: number;
  /** 10^9 bytes a second that were read or written; null where it was too quick to tell. */
  readonly memoryGBps: number | null;
  readonly backend: "webgpu" | "wasm";
  readonly ms: number;
}

/** What this browser keeps of one model. */
export interface CachedModel {
  readonly modelId: ModelId;
  readonly bytes: number;
  /** A window of this browser has parts of it loaded: it is not deleted. */
  readonly inUse: boolean;
}

/** WB58. */
export interface ModelCache {
  /** Models with something kept here; heaviest first. */
  list(): Promise<readonly CachedModel[]>;
  /** Deletes what no other kept model needs. False, and nothing is deleted, while it is in use. */
  remove(modelId: ModelId): Promise<boolean>;
}

export interface DeviceReport {
  /** `webgpu` with a `why` was asked for by the page and can't be had: then nothing can run. */
  readonly backend: "webgpu" | "wasm";
  readonly f16: boolean;
  /** GPU vendor and architecture as the browser tells them, or `CPU`. */
  readonly name: string;
  /** Why WebGPU is not used, in words; null when it is, or when nobody wants it. */
  readonly why: Problem | null;
  /**
   * Memory that each loaded model takes beside the budget, for an unpacked copy of 4-bit weights: so many times their size,
   * and no more than `mostBytes`. Null or absent where there is no copy.
   */
  readonly unpacks?: { readonly times: number; readonly mostBytes: number } | null;
}
