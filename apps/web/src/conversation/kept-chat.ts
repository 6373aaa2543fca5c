/** How a chat is written down, and read back. */
import type { AnswerStats, Problem } from "@potluck/donor";
import { type LayerRange, layerRangeSchema, modelIdSchema, type TabId, tabIdSchema } from "@potluck/protocol";
import * as v from "valibot";
import { settingsSchema } from "./settings-schema.ts";
import type { Answer } from "./answer.ts";
import type { Conversation, Exchange } from "./conversation.ts";

/** An answer that broke off because its page closed, where nobody can carry it on. */
export const cutOff: Problem = {
  code: "donors-gone",
  id: "cutOff",
  what: "This answer broke off when the page was closed.",
  advice: "Retry goes on with it, or asks its question again.",
};

export const writtenElsewhere: Problem = {
  code: "refused",
  id: "writtenElsewhere",
  what: "Another window is writing an answer in this chat.",
  advice: "Try again when it is done.",
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
  legsMs: v.optional(v.array(v.nullable(amount))),
  speculation: v.optional(v.object({ drafted: v.nullable(whole), kept: whole })),
});

/** The code only picks which way on is offered, and one of another version falls under "anything else". */
const problemSchema = v.object({
  code: v.string(),
  what: v.string(),
  advice: v.string(),
  // Name the sentences in other languages; without them the words above are shown.
  id: v.fallback(v.optional(v.string()), undefined),
  values: v.fallback(v.optional(v.record(v.string(), v.union([v.string(), v.number()]))), undefined),
});

const exchangeSchema = v.object({
  key: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)),
  parent: v.nullable(v.string()),
  asked: v.string(),
  question: v.string(),
  askedAtMs: amount,
  answer: v.object({
    text: v.string(),
    ids: v.fallback(v.array(v.pipe(whole, v.maxValue(0x7fff_ffff))), []),
    model: v.fallback(v.nullable(v.object({ id: modelIdSchema, name: v.string() })), null),
    where: v.picklist(["swarm", "this-tab"]),
    seed: v.nullable(v.number()),
    round: v.fallback(whole, 0),
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

/** What of a chat is read as a whole; exchanges are read one by one. */
const chatSchema = v.object({
  version: v.literal(2),
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  title: v.fallback(v.nullable(v.pipe(v.string(), v.maxLength(500))), null),
  pinned: v.fallback(v.boolean(), false),
  createdAtMs: amount,
  usedAtMs: amount,
  exchanges: v.array(v.unknown()),
  head: v.nullable(v.string()),
  settings: settingsSchema,
  draft: v.fallback(v.string(), ""),
  waiting: v.fallback(v.array(v.string()), []),
  changed: v.fallback(
    v.partial(
      v.object({ title: amount, pinned: amount, head: amount, settings: amount, draft: amount, waiting: amount }),
    ),
    {},
  ),
});

/** Plain data for the storage, without what means nothing later: the stage of an answer in progress. */
export function chatRecord(conversation: Conversation): Readonly<Record<string, unknown>> {
  return {
    version: 2,
    ...conversation,
    exchanges: conversation.exchanges.map(({ answer, ...rest }) => ({
      ...rest,
      answer: { ...answer, state: answer.state.kind === "streaming" ? { kind: "streaming" } : answer.state },
    })),
  };
}

/**
 * The chat of a record; null for one that can't be read. Exchanges that are not valid are left out, with all that follows
 * them. An answer that was in progress is being picked up again.
 */
export function readChat(record: unknown): Conversation | null {
  const parsed = v.safeParse(chatSchema, record);
  if (!parsed.success) return null;
  const { version: _, changed, ...chat } = parsed.output;
  const valid = chat.exchanges.flatMap((each) => {
    const exchange = v.safeParse(exchangeSchema, each);
    return exchange.success ? [exchangeOf(exchange.output)] : [];
  });
  const exchanges = rooted(valid);
  const keys = new Set(exchanges.map(({ key }) => key));
  const head = chat.head !== null && keys.has(chat.head) ? chat.head : (exchanges.at(-1)?.key ?? null);
  return { ...chat, exchanges, head, changed: withoutGaps(changed) };
}

/** Those whose chain of parents reaches a beginning, each key once. */
function rooted(exchanges: readonly Exchange[]): Exchange[] {
  const byParent = new Map<string | null, Exchange[]>();
  for (const each of exchanges) byParent.set(each.parent, [...(byParent.get(each.parent) ?? []), each]);
  const seen = new Map<string, Exchange>();
  const open: (string | null)[] = [null];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const each of byParent.get(parent) ?? []) {
      if (seen.has(each.key)) continue;
      seen.set(each.key, each);
      open.push(each.key);
    }
  }
  return exchanges.filter((each) => seen.get(each.key) === each);
}

function withoutGaps(changed: v.InferOutput<typeof chatSchema>["changed"]): Conversation["changed"] {
  return Object.fromEntries(Object.entries(changed).filter(([, at]) => at !== undefined));
}

function exchangeOf({ answer, ...rest }: KeptExchange): Exchange {
  return { ...rest, answer: answerOf(answer) };
}

function answerOf(kept: KeptExchange["answer"]): Answer {
  const { state } = kept;
  switch (state.kind) {
    case "streaming":
      return { ...kept, state: { kind: "streaming", stage: { kind: "resuming" } } };
    case "failed":
      return { ...kept, state: { kind: "failed", problem: state.problem as Problem } };
    case "done":
      return { ...kept, state };
    default:
      return state satisfies never;
  }
}
