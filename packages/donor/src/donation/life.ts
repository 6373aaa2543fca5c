import type { Clock } from "@potluck/link";
import { createDuty, type createHopHost, type DropCounter, type Duty, type Switchboard } from "@potluck/pipeline";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Coordinator } from "../coordinator/coordinator.ts";
import type { Tally } from "../ledger/create-tally.ts";
import type { LinkBook } from "../links/link-book.ts";
import type { Manners } from "../manners/create-manners.ts";
import type { Senses } from "../manners/senses.ts";
import type { WindowLocks } from "../sharing/window-locks.ts";
import type { Shards } from "../shards.ts";
import type { CachedSegments } from "./cached-segments.ts";
import type { DeviceReport, Donation, DonationState, ModelCache } from "./donation.ts";
import type { Run, Serving } from "./run.ts";

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

/** What the parts of a donation share. */
export interface Life {
  readonly options: DonationOptions;
  readonly state: StoreApi<DonationState>;
  readonly duty: Duty;
  /** A newer one, or null, makes everything that the older one still does void. */
  run: Run | null;
  serving: Serving | null;
  /** The one place where the state changes. */
  set(next: DonationState): void;
  /** Gives the segment back. A coordinator that is gone needs no goodbye. */
  giveBack(why: "stopped" | "leaving"): void;
}

export function createLife(options: DonationOptions): Life {
  const state = createStore<DonationState>(() => ({ kind: "idle" }));
  return {
    options,
    state,
    duty: createDuty(options.clock),
    run: null,
    serving: null,
    set: (next) => state.setState(next, true),
    giveBack: (why) => void options.coordinator.call("stop-donating", { why }).catch(() => undefined),
  };
}
