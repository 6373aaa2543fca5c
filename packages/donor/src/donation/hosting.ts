import type { Clock } from "@potluck/link";
import { createHopHost, type DropCounter, type HopHost, type Switchboard } from "@potluck/pipeline";
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
   * A tab that became slow asks to be replaced. `draining` says that it is on its way out.
   */
  look(draining: boolean): ServingStats;
  /** The coordinator was told something else in between, or forgot: the next look tells it again. */
  tellAgain(): void;
  /** Chats that are still here end as `hop-left`. The shard stays open. */
  close(): void;
}

export function createHosting(options: HostingOptions): Hosting {
  const { shard, links, board, drops, clock } = options;
  const draftRunner = (): TabShard | null => options.draft()?.runner() ?? null;
  const host = (options.openHost ?? createHopHost)({ runner: shard, draftRunner, peers: links, clock, drops });
  board.hosts.add(host);
  let pace = firstPace;
  let told = "";

  const slow = (): ServingStats["slow"] => (pace.verdict.kind === "slow" ? pace.verdict.why : null);

  return {
    host,
    links,
    look(draining) {
      const { tokensServed, sessions, answering, standingBy, stepMs } = host.stats;
      const speculation = { draft: options.draft()?.state ?? null, ...host.stats.speculation };
      const wasSlow = slow() !== null;
      pace = nextPace(pace, { nowMs: clock.now(), hidden: options.hidden(), stepMs, tokensServed });
      if (slow() !== null && !wasSlow) host.slow();
      const word = draining ? "draining" : slow() === null ? "steady" : "slow";
      if (told !== `${sessions} ${word}`) {
        told = `${sessions} ${word}`;
        options.report({ donor: "ready", sessions, stepMs: Math.round((stepMs ?? 0) * 10) / 10, pace: word });
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
