import * as v from "valibot";
import { firstChars } from "../conversation/first-chars.ts";
import { type Conversation, pathTo, titleOf } from "../conversation/conversation.ts";
import type { HistoryEntry } from "./history.ts";

const snippetChars = 120;

/** The line about a chat, kept apart from it. */
export function entryOf(conversation: Conversation): HistoryEntry {
  const { id, pinned, usedAtMs, exchanges, head } = conversation;
  const last = pathTo({ exchanges }, head).findLast((each) => each.answer.text !== "");
  const words = firstChars(last?.answer.text ?? "", snippetChars);
  return { id, title: titleOf(conversation), pinned, usedAtMs, snippet: words.replaceAll(/\s+/gu, " ").trim() };
}

/** What the storage has of such a line; a record that is not one is no entry. */
export const entrySchema: v.GenericSchema<unknown, HistoryEntry> = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  title: v.string(),
  pinned: v.boolean(),
  usedAtMs: v.pipe(v.number(), v.finite()),
  snippet: v.string(),
});
