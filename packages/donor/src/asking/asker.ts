import type { RepairRecord } from "@potluck/pipeline";
import type { EndReason, LapTimes, LayerRange, ModelId, Sampling, WaitReason } from "@potluck/protocol";
import type { LoadProgress } from "../donation/donation.ts";

export interface ChatTurn {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface AskRequest {
  /** Chosen by whoever asks, so that an answer carried on after a reload finds its place again. */
  readonly key: string;
  readonly modelId: ModelId;
  /** The whole chat, the question last. KV of the prefix shared with the last answer is reused. */
  readonly messages: readonly ChatTurn[];
  /** Longest answer, with what is known of it. */
  readonly maxNewTokens: number;
  readonly sampling: Sampling;
  /** `this-tab` loads the whole model here and asks nobody. */
  readonly where: "swarm" | "this-tab";
  /** Tokens that the answer has already: it is told from its beginning, and goes on after them. None where this is missing. */
  readonly known?: readonly number[] | undefined;
}

export interface AnswerStats {
  /** Tabs that computed it, this one included if it did. */
  readonly tabs: number;
  readonly hops: readonly LayerRange[];
  readonly promptTokens: number;
  /** Prompt positions whose KV was there already. */
  readonly reusedTokens: number;
  readonly answerTokens: number;
  /** Of these, the ones that were there when the answer was carried on; the times are of what came after them. */
  readonly knownTokens: number;
  readonly firstTokenMs: number;
  /** Decode speed: tokens after the first, over the time since the first; null for answers of one token. */
  readonly tokensPerSecond: number | null;
  /** What befell its route, oldest first. */
  readonly repairs: readonly RepairRecord[];
  /** Ms one way: asker to first hop, hop to hop, last hop to asker; null where unknown. Absent in answers of old. */
  readonly legsMs?: readonly (number | null)[] | undefined;
  /** Guessed tokens; of the swarm's hops an asker sees only those that were right. Absent in answers of old. */
  readonly speculation?: { readonly drafted: number | null; readonly kept: number } | undefined;
  /** Sum over all laps after the first token, and how many. */
  readonly laps: { readonly count: number; readonly totalUs: number; readonly times: LapTimes };
}

/** What an answer goes through; `text` comes many times, `done` last and once. */
export type AskEvent =
  /** Another window of this browser has the model for itself; it is loaded here after the answer that runs there. */
  | { readonly kind: "sharing" }
  | { readonly kind: "loading"; readonly progress: LoadProgress }
  /** `waitMs`: about how long yet; null or absent while nobody can say. */
  | {
      readonly kind: "queued";
      readonly position: number;
      readonly reason: WaitReason;
      readonly waitMs?: number | null | undefined;
    }
  | { readonly kind: "connecting"; readonly tabs: number }
  | { readonly kind: "reading"; readonly promptTokens: number }
  /** A tab was lost: others take its layers over and compute `total` positions again, `done` of which they have. */
  | { readonly kind: "repairing"; readonly lost: readonly LayerRange[]; readonly done: number; readonly total: number }
  /** Nobody has these layers; the answer goes on by itself when somebody does. */
  | { readonly kind: "waiting"; readonly missing: readonly LayerRange[] }
  /** `id` is -1 for text that is not of one token: what was held back, or, with its `ids`, what the answer had already. */
  | {
      readonly kind: "text";
      readonly text: string;
      readonly answerTokens: number;
      readonly id: number;
      readonly ids?: readonly number[];
    }
  | { readonly kind: "done"; readonly end: EndReason | "stopped"; readonly stats: AnswerStats };

export interface Asker {
  /**
   * Streams one answer. Aborting the signal is the person's Stop: the stream ends with `done`/`stopped`, and every hop frees
   * its KV. Throws a ProblemError when the answer can't be made; what came before stays valid.
   */
  ask(request: AskRequest, signal: AbortSignal): AsyncIterable<AskEvent>;
  /** The answer that was in progress when this page was last closed or reloaded; null when there is none. */
  unfinished(): Promise<AskRequest | null>;
  /**
   * Carries the unfinished answer on, from its first character: what was there already comes at once. As `ask` otherwise;
   * throws a ProblemError when there is none.
   */
  carryOn(signal: AbortSignal): AsyncIterable<AskEvent>;
  /** Forgets the chat: frees its KV on all hops, and what `unfinished` would give. */
  endChat(): void;
}
