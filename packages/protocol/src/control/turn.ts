import * as v from "valibot";
import { contextTokensSchema } from "../route.ts";

/** How the last hop picks a token. */
export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number;
  /** 0 keeps all. */
  readonly topK: number;
  /** 1 keeps all. */
  readonly topP: number;
  /** 0 keeps all. */
  readonly minP: number;
  /** 1 changes nothing. */
  readonly repetitionPenalty: number;
  /** Keys the counter-based generator together with the position, so a replay draws the same tokens. */
  readonly seed: number;
}

/**
 * Opens one message of a chat. Goes from the asker around the ring ahead of its tokens, on the same channels, so that no
 * frame overtakes it. Every hop cuts its KV back to `base`.
 */
export interface Turn {
  readonly type: "turn";
  /** Counts the turns of the session, from 0; a frame of an earlier turn is stale. */
  readonly turn: number;
  /** Positions kept from the turns before: the length of the shared prefix. */
  readonly base: number;
  /** Length of the whole prompt; the answer's first token has this position. */
  readonly promptTokens: number;
  /**
   * The first position whose token the asker does not know: `promptTokens`, or later in an answer that is carried on. The
   * last hop samples from there. Null when the answer is over and only KV is kept.
   */
  readonly sampleFrom: number | null;
  readonly maxNewTokens: number;
  /** Positions that the coordinator reserved for the session, as the asker was told; a hop that was not told yet waits for it. */
  readonly contextTokens: number;
  readonly sampling: Sampling;
  /** Ids whose logits the repetition penalty touches; empty when the penalty is 1. */
  readonly penalised: readonly number[];
  /** Ids that end the answer. */
  readonly stopTokens: readonly number[];
}

const tokenId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0x7fff_ffff));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0x7fff_ffff));

export const samplingSchema: v.GenericSchema<unknown, Sampling> = v.object({
  temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(10)),
  topK: count,
  topP: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  minP: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  repetitionPenalty: v.pipe(v.number(), v.minValue(0.01), v.maxValue(100)),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff)),
});

export const turnSchema: v.GenericSchema<unknown, Turn> = v.pipe(
  v.object({
    type: v.literal("turn"),
    turn: count,
    base: count,
    promptTokens: contextTokensSchema,
    sampleFrom: v.nullable(contextTokensSchema),
    maxNewTokens: contextTokensSchema,
    contextTokens: contextTokensSchema,
    sampling: samplingSchema,
    penalised: v.pipe(v.array(tokenId), v.maxLength(4096)),
    stopTokens: v.pipe(v.array(tokenId), v.maxLength(64)),
  }),
  v.check((t) => t.base < t.promptTokens, "a turn needs at least one new token"),
  v.check((t) => t.sampleFrom === null || t.sampleFrom >= t.promptTokens, "the prompt's own tokens are never sampled"),
);
