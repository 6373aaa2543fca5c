import type { Problem } from "@potluck/donor";
import type { StoreApi } from "zustand/vanilla";

/** One line of the list of chats, which loads without their bodies. */
export interface HistoryEntry {
  readonly id: string;
  /** As the person named it, or the first question's words. */
  readonly title: string;
  readonly pinned: boolean;
  /** Wall clock, in ms. */
  readonly usedAtMs: number;
  /** The beginning of the last answer, or where a search found its words. */
  readonly snippet: string;
}

export interface HistoryState {
  readonly loading: boolean;
  /** Pinned ones first, then by last use, the latest first. */
  readonly entries: readonly HistoryEntry[];
  /** What was just deleted and can still be brought back. */
  readonly removed: HistoryEntry | null;
  /** Why the list can't be read or changed; null while it can. */
  readonly fault: Problem | null;
}

export type ExportFormat = "json" | "markdown";

/** The chats that are kept in this browser. */
export interface History {
  readonly store: StoreApi<HistoryState>;
  /** Reads the list, if that has not been done; again when another window has changed it. */
  load(): Promise<void>;
  /** Chats with these words, the best first. */
  search(words: string): Promise<readonly HistoryEntry[]>;
  /** An empty title gives the chat its first question's words again. */
  rename(id: string, title: string): Promise<void>;
  pin(id: string, pinned: boolean): Promise<void>;
  /** Deletes; for some seconds `undo` can bring it back. */
  remove(id: string): Promise<void>;
  undo(): Promise<void>;
  /** These chats, or all of them for null. */
  exportChats(ids: readonly string[] | null, format: ExportFormat): Promise<File>;
  /** Takes what can be read of an export. Says in words what was taken. */
  importChats(file: Blob): Promise<string>;
}
