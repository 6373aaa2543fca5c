/** Looks for whoever can take a lost hop's place: the lost tab itself, or whom the coordinator finds (RP8). */
import type { Clock } from "@potluck/link";
import type { LayerRange, Route, SessionId, TabId } from "@potluck/protocol";
import type { Peers } from "../peers.ts";
import type { RepairDesk } from "./repair.ts";

export interface Seek {
  readonly session: SessionId;
  /** Lost tabs that may still have what they had. */
  readonly comingBack: readonly TabId[];
  readonly lost: readonly TabId[];
  /** Those that must not be offered now; asked anew for each question. */
  readonly barred: () => readonly TabId[];
  readonly peers: Peers;
  readonly clock: Clock;
  /** Null between two turns: nobody waits then, so nobody else is asked for it. */
  readonly desk: RepairDesk | null;
  readonly onWaiting: (missing: readonly LayerRange[]) => void;
  readonly signal: AbortSignal;
}

export type Found = { readonly kind: "back"; readonly tab: TabId } | { readonly kind: "route"; readonly route: Route };

/** Between two tries to reach a tab. */
const retryMs = 1500;
/** By then the coordinator has noticed who is gone, so whom it offers is there, be it one that was lost before. */
const noticedMs = 6000;
const barredAgainMs = 20_000;

/** The first that is found; null once the signal aborts. Never rejects. */
export async function seekReplacement(seek: Seek): Promise<Found | null> {
  const over = new AbortController();
  const end = (): void => over.abort();
  seek.signal.addEventListener("abort", end, { once: true });
  if (seek.signal.aborted) end();
  const aborted = new Promise<null>((resolve) => {
    if (over.signal.aborted) resolve(null);
    else over.signal.addEventListener("abort", () => resolve(null), { once: true });
  });
  try {
    return await Promise.race([
      aborted,
      ...(seek.desk === null ? [] : [askCoordinator(seek, seek.desk, over.signal)]),
      ...seek.comingBack.map((tab) => reach(tab, seek, over.signal)),
    ]);
  } finally {
    seek.signal.removeEventListener("abort", end);
    over.abort();
  }
}

async function reach(tab: TabId, { peers, clock }: Seek, signal: AbortSignal): Promise<Found | null> {
  // A link that looks open was of no use a moment ago.
  if (peers.silentMs(tab) !== null) await pause(clock, retryMs, signal);
  while (!signal.aborted) {
    try {
      await peers.link(tab);
      return { kind: "back", tab };
    } catch {
      await pause(clock, retryMs, signal);
    }
  }
  return null;
}

async function askCoordinator(seek: Seek, desk: RepairDesk, signal: AbortSignal): Promise<Found | null> {
  const { clock } = seek;
  const { lost } = seek;
  // At first the coordinator may not have noticed yet who is gone.
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const without = { lost, barred: isFirst ? lost : seek.barred() };
    const round = new AbortController();
    const end = (): void => round.abort();
    signal.addEventListener("abort", end, { once: true });
    // Asked again from time to time, because who may be offered changes with it.
    const cancel = clock.after(isFirst ? noticedMs : barredAgainMs, end);
    try {
      return { kind: "route", route: await desk.replace(seek.session, without, seek.onWaiting, round.signal) };
    } catch {
      // Refused, or nobody came in time.
      if (!round.signal.aborted) await pause(clock, retryMs, signal);
    } finally {
      cancel();
      signal.removeEventListener("abort", end);
    }
  }
  return null;
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener("abort", end, { once: true });
  });
}
