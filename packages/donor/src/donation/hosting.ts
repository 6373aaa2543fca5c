import type { Clock } from "@potluck/link";
import {
  createHopHost,
  type DropCounter,
  type Duty,
  type HopHost,
  type Switchboard,
  withDuty,
} from "@potluck/pipeline";
import type { ShardRunner } from "@potluck/engine";
import type { Status } from "@potluck/protocol";
import type { LinkBook } from "../links/link-book.ts";
import type { TabShard } from "../shards.ts";
import type { Draft } from "./draft.ts";
import type { ServingStats } from "./donation.ts";
import { describeRtt } from "./describe-rtt.ts";
import { firstPace, nextPace } from "./pace.ts";

export interface HostingOptions {
  readonly shard: TabShard;
  /** What guesses for it, as far as it is there. */
  readonly draft: () => Draft | null;
  readonly links: LinkBook;
  readonly board: Switchboard;
  readonly drops: DropCounter;
  readonly clock: Clock;
  /** Whether the page can't be seen. */
  readonly hidden: () => boolean;
  /** What lets its runs through (DN38). */
  readonly duty: Duty;
  readonly report: (status: Status) => void;
  readonly openHost?: typeof createHopHost;
}

/** A loaded shard that takes chats: its host, and how it does. */
export interface Hosting {
  readonly host: HopHost;
  /** What the host sends through. */
  readonly links: LinkBook;
  /**
   * Looks how the host does and tells the coordinator when that has changed (its heartbeat repeats the last word anyway).
   * A tab that became slow, or is paused, asks to be replaced. `draining` says that it is on its way out.
   */
  look(how: "serving" | "paused" | "draining"): ServingStats;
  /** The coordinator was told something else in between, or forgot: the next look tells it again. */
  tellAgain(): void;
  /** Chats that are still here end as `hop-left`. The shard stays open. */
  close(): void;
}

/** Answers that nobody could take over yet may find somebody later. */
const askAgainMs = 10_000;

export function createHosting(options: HostingOptions): Hosting {
  const { shard, links, board, drops, clock, duty } = options;
  let small: { readonly runner: TabShard; readonly limited: ShardRunner } | null = null;
  /** The same one as long as the draft's is. */
  const draftRunner = (): ShardRunner | null => {
    const runner = options.draft()?.runner() ?? null;
    if (runner !== small?.runner) small = runner === null ? null : { runner, limited: withDuty(runner, duty) };
    return small?.limited ?? null;
  };
  const runner = withDuty(shard, duty);
  const host = (options.openHost ?? createHopHost)({ runner, draftRunner, peers: links, clock, drops });
  board.hosts.add(host);
  let pace = firstPace;
  let told = "";
  /** When a paused tab asked last to be replaced. */
  let askedMs: number | null = null;

  const slow = (): ServingStats["slow"] => (pace.verdict.kind === "slow" ? pace.verdict.why : null);

  return {
    host,
    links,
    look(how) {
      const { tokensServed, sessions, answering, standingBy, stepMs } = host.stats;
      const speculation = { draft: options.draft()?.state ?? null, ...host.stats.speculation };
      const wasSlow = slow() !== null;
      pace = nextPace(pace, { nowMs: clock.now(), hidden: options.hidden(), stepMs, tokensServed });
      if (slow() !== null && !wasSlow) host.slow();
      if (how !== "paused") askedMs = null;
      else if (askedMs === null || (answering > 0 && clock.now() - askedMs >= askAgainMs)) {
        askedMs = clock.now();
        host.slow();
      }
      const word = how === "serving" ? (slow() === null ? "steady" : "slow") : how;
      const now = `${sessions} ${word} ${duty.share}`;
      if (told !== now) {
        told = now;
        options.report({
          donor: "ready",
          sessions,
          stepMs: Math.round(((stepMs ?? 0) / duty.share) * 10) / 10,
          pace: word,
        });
      }
      const peers = links.open.length;
      const rttMs = describeRtt(links.roundTrips);
      return { tokensServed, sessions, answering, standingBy, stepMs, peers, rttMs, slow: slow(), speculation };
    },
    tellAgain() {
      told = "";
    },
    close() {
      board.hosts.delete(host);
      host.close();
    },
  };
}
