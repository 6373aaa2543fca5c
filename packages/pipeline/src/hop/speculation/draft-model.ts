/** Guesses from a small model of the same vocabulary, which runs whole beside the first hop's shard. */
import type { DrawRequest, SampleRequest, ShardRunner } from "@potluck/engine";
import type { SessionId } from "@potluck/protocol";

export interface DraftModel {
  /**
   * `count` ids that the small model draws after `ids`, each from its own guess before, with the generator of its position
   * (SD2). Null when it can't now, because it has yet to read what came before, or never: no room for this chat, or gone.
   * Never rejects.
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

/** What the small model holds of one chat. */
interface Chat {
  /** Ids whose KV it has. */
  readonly kept: number[];
  reserved: number;
  state: "open" | "failed" | "closed";
  /** It reads what is far behind the answer. */
  isReading: boolean;
  /** What is asked for one chat happens one after the other: its list of ids changes in between. */
  tail: Promise<unknown>;
}

/** So much is read on the way to a guess; more is read beside the answer, which goes on without guesses meanwhile. */
const mostToRead = 48;

export function createDraftModel(runner: ShardRunner): DraftModel {
  const chats = new Map<SessionId, Chat>();
  /** Frees of chats that are closed; one that begins again under the same name waits for its own. */
  const closings = new Map<SessionId, Promise<void>>();

  const chatOf = (session: SessionId): Chat => {
    const known = chats.get(session);
    if (known !== undefined) return known;
    const chat: Chat = {
      kept: [],
      reserved: 0,
      state: "open",
      isReading: false,
      tail: closings.get(session) ?? Promise.resolve(),
    };
    chats.set(session, chat);
    return chat;
  };

  const inOrder = <T>(session: SessionId, work: (chat: Chat) => Promise<T>): Promise<T | null> => {
    const chat = chatOf(session);
    const done = chat.tail.then(async () => {
      if (chat.state !== "open") return null;
      try {
        return await work(chat);
      } catch {
        // Guessing is never worth an answer; whoever asks goes on without (SD10).
        if (chat.state === "open") chat.state = "failed";
        return null;
      }
    });
    chat.tail = done;
    return done;
  };

  /** Forgets what `ids` do not begin with. The last id runs in any case: its row is what the first guess is drawn from. */
  const align = async (
    session: SessionId,
    chat: Chat,
    ids: readonly number[],
    contextTokens: number,
  ): Promise<void> => {
    // A chat that goes on may have been granted more.
    if (chat.reserved < contextTokens) {
      await runner.openSession(session, contextTokens);
      chat.reserved = contextTokens;
    }
    const { kept } = chat;
    let shared = 0;
    while (shared < kept.length && shared < ids.length - 1 && kept[shared] === ids[shared]) shared += 1;
    if (shared === kept.length) return;
    await runner.truncate(session, shared);
    kept.length = shared;
  };

  const run = async (
    session: SessionId,
    { kept }: Chat,
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

  const follow = async (session: SessionId, ids: readonly number[], contextTokens: number): Promise<void> => {
    const reader = chatOf(session);
    if (reader.isReading) return;
    reader.isReading = true;
    await inOrder(session, async (chat) => {
      await align(session, chat, ids, contextTokens);
      if (chat.kept.length < ids.length && chat.state === "open") {
        await run(session, chat, ids.slice(chat.kept.length), null);
      }
    });
    reader.isReading = false;
  };

  return {
    follow,
    async draft(session, ids, count, { contextTokens, sample }) {
      if (count < 1) return null;
      const { kept, isReading } = chatOf(session);
      if (isReading || ids.length - kept.length > mostToRead) {
        void follow(session, ids, contextTokens);
        return null;
      }
      return inOrder(session, async (chat) => {
        await align(session, chat, ids, contextTokens);
        if (chat.state !== "open") return null;
        const missing = ids.slice(chat.kept.length);
        const draw = { from: missing.length - 1, sample, drafts: new Int32Array(0), more: count - 1 };
        return run(session, chat, missing, draw);
      });
    },
    close(session) {
      const chat = chats.get(session);
      if (chat === undefined) return;
      chats.delete(session);
      chat.state = "closed";
      const closing = chat.tail.then(() => runner.closeSession(session)).catch(() => undefined);
      closings.set(session, closing);
      void closing.then(() => closings.get(session) === closing && closings.delete(session));
    },
  };
}
