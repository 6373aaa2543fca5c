import type { Segment } from "@potluck/protocol";
import type { Problem } from "../problem.ts";
import type { TabShard } from "../shards.ts";
import type { Deadline } from "./deadline.ts";
import type { Draft } from "./draft.ts";
import type { Hosting } from "./hosting.ts";

/** What a donor serves. */
export interface Serving {
  readonly segment: Segment;
  readonly shard: TabShard;
  /** Null while the page is put aside. */
  hosting: Hosting | null;
  /** Null where the coordinator named none, and until the shard serves. */
  draft: Draft | null;
  /** Lets the browser's other windows have it. */
  release: () => void;
}

/** One start, until its stop. */
export interface Run {
  readonly abort: AbortController;
  readonly budgetBytes: number;
  /**
   * `waiting` for the first welcome; `joining` once the coordinator was asked. A welcome during that means that it may have
   * forgotten the question: then the tab registers `again`, after this one join, since two would load two shards.
   */
  phase: "waiting" | "joining" | "again" | "joined";
  /** Something that the donation can live with. */
  notice: { readonly notice?: Problem };
  leaving: Leaving;
  /** While it holds nothing and waits until it may begin again. */
  nap: AbortController | null;
}

/** A start that waits for the end of a hand-over. */
export interface Again {
  readonly budgetBytes: number;
  /** Whether the person had paused it, which a restart that they did not ask for leaves as it is. */
  readonly isPaused: boolean;
}

/** `again` came while its chats were handed over. */
type Leaving =
  | { readonly kind: "no" }
  | { readonly kind: "finishing"; readonly cancelDeadline: () => void }
  | { readonly kind: "handing-over"; readonly deadline: Deadline; readonly done: Promise<void>; again: Again | null };
