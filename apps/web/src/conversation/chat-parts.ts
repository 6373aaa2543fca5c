import type { Asker, AskRequest } from "@potluck/donor";
import type { ModelId } from "@potluck/protocol";
import type { ChatKeeper } from "./chat-keeper.ts";
import type { ChatSettings } from "./conversation.ts";

/** What a chat is made of. */
export interface ChatParts {
  readonly asker: Asker;
  /** Where answers are computed at first; the swarm where this is missing. */
  readonly where?: AskRequest["where"];
  /** The model to ask, once it is known: the wanted one where it can be had. Rejects with a problem when none becomes known. */
  readonly model: (
    wanted: ModelId | null,
    signal: AbortSignal,
  ) => Promise<{ readonly id: ModelId; readonly name: string }>;
  /** What a new chat begins with. */
  readonly newSettings: () => ChatSettings;
  /** 32 random bits. */
  readonly randomSeed: () => number;
  /** A name that no other has, in no tab. */
  readonly freshKey: () => string;
  /** Wall clock, in ms. */
  readonly now: () => number;
  /** The asker's unfinished answer. Rejects with a problem when that does not become known. */
  readonly unfinished: (signal: AbortSignal) => Promise<AskRequest | null>;
  /** Whether the swarm can be asked now; the listener is called when that changes. Always where this is missing. */
  readonly online?: { readonly now: () => boolean; readonly subscribe: (listener: () => void) => void };
  /** Keeps chats over reloads; without it a chat lives as long as the page. */
  readonly keeper?: ChatKeeper;
  /** What is typed for a chat that has not begun, which is in no history yet. */
  readonly newDraft?: { readonly read: () => string; readonly write: (draft: string) => void };
}
