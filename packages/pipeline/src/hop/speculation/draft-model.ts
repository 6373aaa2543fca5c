/** Guesses from a small model of the same vocabulary, which runs whole beside the first hop's shard. */
import { type DrawRequest, EngineError, type SampleRequest, type ShardRunner } from "@potluck/engine";
import type { SessionId } from "@potluck/protocol";

export interface DraftModel {
  /**
   * `count` ids that the small model draws after `ids`, each from its own guess before, with the generator of its position
   * (SD2). Null when it can't: it is out of memory for this chat, or gone.
   */
  draft(session: SessionId, ids: readonly number[], count: number, draw: DraftDraw): Promise<readonly number[] | null>;
  /** Takes a prompt in, so that the first guess need not wait for it. Never rejects. */
  follow(session: SessionId, ids: readonly number[], contextTokens: number): Promise<void>;
  /** Frees the chat's KV. */
  close(session: SessionId): void;
}

export interface DraftDraw {
  readonly contextTokens: number;
  /** How to draw the token for a position. */
  readonly sample: SampleRequest;
}

export function createDraftModel(runner: ShardRunner): DraftModel {
  /** Ids whose KV the small model holds, by chat; null for one that it has no room for. */
  const held = new Map<SessionId, number[] | null>();

  /** Positions reserved for each chat. */
  const reserved = new Map<SessionId, number>();

  const catchUp = async (session: SessionId, ids: readonly number[], contextTokens: number): Promise<number[]> => {
    // A chat that goes on may have been granted more.
    if ((reserved.get(session) ?? 0) < contextTokens) {
      await runner.openSession(session, contextTokens);
      reserved.set(session, contextTokens);
    }
    const kept = held.get(session) ?? [];
    held.set(session, kept);
    let shared = 0;
    // The last id runs in any case: its row is what the first guess is drawn from.
    while (shared < kept.length && shared < ids.length - 1 && kept[shared] === ids[shared]) shared += 1;
    if (shared < kept.length) {
      await runner.truncate(session, shared);
      kept.length = shared;
    }
    return kept;
  };

  /** What is asked for one chat happens one after the other: its list of ids changes in between. */
  const tails = new Map<SessionId, Promise<unknown>>();
  const inOrder = <T>(session: SessionId, work: () => Promise<T>): Promise<T | null> => {
    const done = (tails.get(session) ?? Promise.resolve()).then(async () => {
      if (held.get(session) === null) return null;
      try {
        return await work();
      } catch (error) {
        // Guessing is never worth an answer; whoever asks goes on without (SD10).
        held.set(session, null);
        if (!(error instanceof EngineError)) throw error;
        return null;
      }
    });
    tails.set(
      session,
      done.catch(() => undefined),
    );
    return done;
  };

  const run = async (
    session: SessionId,
    kept: number[],
    missing: readonly number[],
    draw: DrawRequest | null,
  ): Promise<readonly number[]> => {
    const result = await runner.run({
      session,
      position: kept.length,
      input: { kind: "tokens", ids: Int32Array.from(missing) },
      wire: "f32",
      draw,
    });
    const drawn = result.kind === "tokens" ? [...result.ids] : [];
    kept.push(...missing, ...drawn.slice(0, -1));
    return drawn;
  };

  return {
    draft: (session, ids, count, { contextTokens, sample }) =>
      inOrder(session, async () => {
        if (count < 1) return null;
        const kept = await catchUp(session, ids, contextTokens);
        const missing = ids.slice(kept.length);
        const draw = { from: missing.length - 1, sample, drafts: new Int32Array(0), more: count - 1 };
        return run(session, kept, missing, draw);
      }),
    async follow(session, ids, contextTokens) {
      await inOrder(session, async () => {
        const kept = await catchUp(session, ids, contextTokens);
        if (kept.length < ids.length) await run(session, kept, ids.slice(kept.length), null);
      });
    },
    close(session) {
      tails.delete(session);
      reserved.delete(session);
      if (held.delete(session)) runner.closeSession(session).catch(() => undefined);
    },
  };
}
