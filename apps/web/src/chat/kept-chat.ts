/** How a chat is written down, and read back. */
import type { AnswerStats, Problem } from "@potluck/donor";
import { type LayerRange, layerRangeSchema, type TabId, tabIdSchema } from "@potluck/protocol";
import * as v from "valibot";
import type { Answer, Exchange } from "./chat.ts";

/** A chat longer than this many characters is kept without its oldest exchanges: a browser gives a site only so much room. */
export const keptChars = 400_000;

/** An answer that broke off because its page closed, where nobody can carry it on. */
export const cutOff: Problem = {
  code: "donors-gone",
  what: "This answer broke off when the page was closed.",
  advice: "Retry asks its question again.",
};

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const range: v.GenericSchema<unknown, LayerRange> = layerRangeSchema;
const tab: v.GenericSchema<unknown, TabId> = tabIdSchema;

const repairSchema = v.object({
  lost: v.array(
    v.object({
      tab,
      range,
      why: v.picklist(["left", "slow", "silent", "gone", "unreachable", "failed", "stuck"]),
    }),
  ),
  detectMs: amount,
  resumeMs: amount,
  recomputed: whole,
  waitedMs: amount,
});

const statsSchema: v.GenericSchema<unknown, AnswerStats> = v.object({
  tabs: whole,
  hops: v.array(range),
  promptTokens: whole,
  reusedTokens: whole,
  answerTokens: whole,
  // Answers of earlier versions have none.
  knownTokens: v.optional(whole, 0),
  firstTokenMs: amount,
  tokensPerSecond: v.nullable(amount),
  repairs: v.array(repairSchema),
  laps: v.object({
    count: whole,
    totalUs: amount,
    times: v.object({ computeUs: amount, readBackUs: amount, encodeUs: amount, waitUs: amount }),
  }),
});

/** The code only picks which way on is offered, and one of another version falls under "anything else". */
const problemSchema = v.object({ code: v.string(), what: v.string(), advice: v.string() });

const exchangeSchema = v.object({
  id: v.pipe(whole, v.minValue(1)),
  key: v.pipe(v.string(), v.nonEmpty()),
  question: v.string(),
  answer: v.object({
    text: v.string(),
    where: v.picklist(["swarm", "this-tab"]),
    seed: v.nullable(v.number()),
    state: v.variant("kind", [
      v.object({ kind: v.literal("streaming") }),
      v.object({
        kind: v.literal("done"),
        end: v.picklist(["stop-token", "length", "context-full", "stopped"]),
        // Figures of another version are no reason to lose the words.
        stats: v.fallback(v.nullable(statsSchema), null),
      }),
      v.object({ kind: v.literal("failed"), problem: problemSchema }),
    ]),
  }),
});
type KeptExchange = v.InferOutput<typeof exchangeSchema>;

const recordSchema = v.object({ version: v.literal(1), savedAtMs: amount, exchanges: v.array(v.unknown()) });

/** Plain data for the storage, without what means nothing later: the stage of an answer in progress. */
export function chatRecord(exchanges: readonly Exchange[], savedAtMs: number): unknown {
  let chars = 0;
  const newestFirst = exchanges.toReversed();
  const tooMany = newestFirst.findIndex((e) => (chars += e.question.length + e.answer.text.length) > keptChars);
  const kept = newestFirst.slice(0, tooMany < 0 ? undefined : tooMany).toReversed();
  return {
    version: 1,
    savedAtMs,
    exchanges: kept.map(({ answer, ...rest }) => ({
      ...rest,
      answer: { ...answer, state: answer.state.kind === "streaming" ? { kind: "streaming" } : answer.state },
    })),
  };
}

/** When the record was written; null for one that can't be read. */
export function savedAt(record: unknown): number | null {
  const parsed = v.safeParse(recordSchema, record);
  return parsed.success ? parsed.output.savedAtMs : null;
}

/**
 * The chat of a record; exchanges that are not valid are left out. An answer that was in progress is being picked up again
 * if it is the last one, else it is cut off.
 */
export function readChat(record: unknown): Exchange[] {
  const parsed = v.safeParse(recordSchema, record);
  if (!parsed.success) return [];
  const valid = parsed.output.exchanges.filter((each): each is KeptExchange => v.is(exchangeSchema, each));
  const ids = new Set<number>();
  const distinct = valid.filter(({ id }) => !ids.has(id) && ids.add(id));
  return distinct.map((each, i) => {
    const exchange = v.parse(exchangeSchema, each);
    return { ...exchange, answer: answerOf(exchange.answer, i === distinct.length - 1) };
  });
}

function answerOf(kept: KeptExchange["answer"], last: boolean): Answer {
  const { state } = kept;
  switch (state.kind) {
    case "streaming":
      return {
        ...kept,
        state: last ? { kind: "streaming", stage: { kind: "resuming" } } : { kind: "failed", problem: cutOff },
      };
    case "failed":
      return { ...kept, state: { kind: "failed", problem: state.problem as Problem } };
    case "done":
      return { ...kept, state };
    default:
      return state satisfies never;
  }
}
