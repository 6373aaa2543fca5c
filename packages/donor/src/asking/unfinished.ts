/** The answer in progress, kept so that the page can carry it on after a reload (DN30). */
import type { SessionState } from "@potluck/pipeline";
import { contextTokensSchema, modelIdSchema, routeSchema, samplingSchema } from "@potluck/protocol";
import * as v from "valibot";
import type { AskRequest } from "./asker.ts";

/** Where one record outlives the page: IndexedDB in a browser. */
export interface Vault {
  /** What the page before this one saved, or nothing. May have been written by another version, or by hand. */
  load(): Promise<unknown>;
  save(record: Unfinished): Promise<void>;
  clear(): Promise<void>;
}

export interface Unfinished {
  readonly request: AskRequest;
  readonly promptIds: readonly number[];
  /** The answer so far; may lag behind what was shown, which then comes again, the same. */
  readonly ids: readonly number[];
  /** Longest answer that the route can carry, `ids` included. */
  readonly maxNewTokens: number;
  /** For who takes the session over; null while there was none, and for a model in this tab. */
  readonly session: SessionState | null;
  /** Ms since 1970. */
  readonly savedAtMs: number;
}

/** The progress of the answer that runs in this page, and what an earlier page left. */
export interface UnfinishedBook {
  /** What an earlier page left; null when nothing, something that is not valid, or older than ten minutes. */
  left(): Promise<Unfinished | null>;
  /** Keeps what `describe` says when it is written. Calls during a write become one write after it. */
  keep(describe: () => Omit<Unfinished, "savedAtMs">): void;
  /** The answer is over, or nobody wants it any more. */
  forget(): void;
  /** While frozen nothing more is taken to be written: what is kept is the next page's. */
  freeze(frozen: boolean): void;
}

/** As long as an answer waits for a missing tab; after that its person has gone on to something else. */
const keptMs = 600_000;

const id = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0x7fff_ffff));

const requestSchema: v.GenericSchema<unknown, AskRequest> = v.object({
  key: v.pipe(v.string(), v.maxLength(200)),
  modelId: modelIdSchema,
  messages: v.array(v.object({ role: v.picklist(["system", "user", "assistant"]), content: v.string() })),
  maxNewTokens: contextTokensSchema,
  sampling: samplingSchema,
  where: v.picklist(["swarm", "this-tab"]),
  known: v.optional(v.array(id)),
});

const unfinishedSchema: v.GenericSchema<unknown, Unfinished> = v.pipe(
  v.object({
    request: requestSchema,
    promptIds: v.pipe(v.array(id), v.minLength(1)),
    ids: v.array(id),
    maxNewTokens: contextTokensSchema,
    session: v.nullable(
      v.object({ route: routeSchema, turns: v.pipe(v.number(), v.integer(), v.minValue(0)), held: v.array(id) }),
    ),
    savedAtMs: v.number(),
  }),
  v.check(({ ids, maxNewTokens }) => ids.length < maxNewTokens, "an answer of its full length is over"),
);

/** `wallMs`: ms since 1970, which pages agree on as the clock of one page does not. */
export function createUnfinishedBook(vault: Vault, wallMs: () => number): UnfinishedBook {
  let found: Promise<Unfinished | null> | null = null;
  /** The next write; a later one takes its place. */
  let next: (() => Promise<void>) | null = null;
  let isWriting = false;
  let isFrozen = false;

  const write = async (): Promise<void> => {
    isWriting = true;
    while (next !== null) {
      const now = next;
      next = null;
      // What can't be kept can only not be carried on.
      await now().catch(() => undefined);
    }
    isWriting = false;
  };
  const enqueue = (work: () => Promise<void>): void => {
    if (isFrozen) return;
    found = Promise.resolve(null);
    next = work;
    if (!isWriting) void write();
  };

  const load = async (): Promise<Unfinished | null> => {
    const parsed = v.safeParse(unfinishedSchema, await vault.load().catch(() => null));
    if (!parsed.success) return null;
    const ageMs = wallMs() - parsed.output.savedAtMs;
    return ageMs >= 0 && ageMs <= keptMs ? parsed.output : null;
  };

  return {
    left: () => (found ??= load()),
    keep: (describe) => enqueue(() => vault.save({ ...describe(), savedAtMs: wallMs() })),
    forget: () => enqueue(() => vault.clear()),
    freeze(frozen) {
      isFrozen = frozen;
    },
  };
}
