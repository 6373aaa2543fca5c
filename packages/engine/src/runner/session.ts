import type { KvCache } from "../backend/backend.ts";
import { EngineError } from "../shard-runner.ts";

/** One session's cache and how many of its positions are filled. */
export interface Session {
  readonly cache: KvCache;
  length: number;
}

/** Throws `position` or `context-full` when `count` rows from `position` on do not go into the session's cache. */
export function checkPosition(session: Session, position: number, count: number): void {
  if (position !== session.length)
    throw new EngineError(
      "position",
      `The chat has ${session.length} positions here, and a run came for position ${position}.`,
    );
  if (position + count > session.cache.capacity)
    throw new EngineError(
      "context-full",
      `The chat's ${session.cache.capacity} tokens of context are full. Start a new chat or ask for more context.`,
    );
}

/** Throws `position` or `context-full` when the first `length` positions of `from` can't become those of `to`. */
export function checkCopy(from: Session, to: Session, length: number): void {
  if (to.length > 0)
    throw new EngineError("position", `The chat to copy into has ${to.length} positions here and must have none.`);
  if (!Number.isInteger(length) || length < 0 || length > from.length)
    throw new EngineError("position", `The chat has ${from.length} positions here and can't give away ${length}.`);
  if (length > to.cache.capacity)
    throw new EngineError(
      "context-full",
      `The chat to copy into has room for ${to.cache.capacity} tokens of context, not ${length}.`,
    );
}
