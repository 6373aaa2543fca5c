import type { AskRequest, Problem } from "@potluck/donor";
import type { StoreApi } from "zustand/vanilla";
import type { ChatSettings, Conversation, Exchange } from "./conversation.ts";

export interface ChatState {
  /** True until a kept chat is here; then there are no exchanges yet. */
  readonly restoring: boolean;
  /** All of the open chat: its settings, draft, what waits, and the exchanges that are not shown. */
  readonly conversation: Conversation;
  /** The shown path, oldest first. */
  readonly exchanges: readonly Exchange[];
  /** Where the next answer will be computed. */
  readonly where: AskRequest["where"];
  /** Whether another window writes an answer in this chat; then nothing can be asked here. */
  readonly elsewhere: boolean;
  /** Why the chat is not being kept; null while it is. */
  readonly saveFault: Problem | null;
}

/** The open chat and what drives it. One answer at a time. */
export interface Chat {
  readonly store: StoreApi<ChatState>;
  /** Asks, or puts in line what can't be asked now; does nothing when there is nothing but white space. */
  send(question: string): void;
  /** Ends the running answer and keeps its text. */
  stop(): void;
  /** Asks the same question once more, as another version beside this answer. */
  regenerate(key: string): void;
  /** Asks another wording of this question, as another version beside it. */
  edit(key: string, question: string): void;
  /** Goes on with an answer that was cut off, after the tokens that it has. */
  continueAnswer(key: string): void;
  /** Shows the newest path through this exchange. */
  show(key: string): void;
  /** Goes on with the last answer, which has failed; one that can't be continued is asked again in its place. */
  retry(): void;
  /** Where to compute from now on. A waiting answer that has no text yet starts again there. */
  moveTo(where: AskRequest["where"]): void;
  /** Leaves the open chat to the history and begins another. */
  newChat(): void;
  /** Opens a kept chat; `false` from the promise where there is none with this id. */
  open(id: string): Promise<boolean>;
  setDraft(draft: string): void;
  /** Takes back what waits at this place in line. */
  unqueue(index: number): void;
  changeSettings(changes: Partial<ChatSettings>): void;
}
