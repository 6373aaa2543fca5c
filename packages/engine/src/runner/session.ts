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
