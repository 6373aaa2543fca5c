/** What an asker asks of a session, and what it gets. */
import type { EndReason, LapTimes, Sampling, Route } from "@potluck/protocol";
import type { RouteState } from "./repair.ts";

export interface AnswerRequest {
  /** The whole prompt, `[n]` ids; what it shares with the session's KV is not computed again. */
  readonly promptIds: readonly number[];
  /** Ids of the answer that are known already, when it is carried on (RP16); they are not sampled or yielded again. */
  readonly answered: readonly number[];
  /** Longest answer, `answered` included. */
  readonly maxNewTokens: number;
  readonly sampling: Sampling;
  readonly stopTokens: readonly number[];
}

export interface AnswerToken {
  readonly kind: "token";
  readonly id: number;
  readonly position: number;
  readonly end: EndReason | null;
  /** It was guessed, and the guess was right. */
  readonly drafted: boolean;
  readonly lap: LapTimes;
}

export type AnswerStep = AnswerToken | ({ readonly kind: "route" } & { readonly state: RouteState });

/** All that another page needs to take a session over (RP13), beside the ids. */
export interface SessionState {
  readonly route: Route;
  /** Turns begun; the next one's number. */
  readonly turns: number;
  /** Ids whose KV the hops hold, at most; between turns. */
  readonly held: readonly number[];
}
