import MiniSearch from "minisearch";
import { type Conversation, titleOf } from "../conversation/conversation.ts";
import { entryOf } from "./entry.ts";
import type { HistoryEntry } from "./history.ts";

/** Letters of scripts that write no spaces between words; each is found by itself. */
const spaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;
const snippetBefore = 30;
const snippetChars = 120;

/** Words of a text as they are looked up, in any script. */
function wordsOf(text: string): string[] {
  const spaced = text.normalize("NFKC").replaceAll(spaceless, " $& ");
  return spaced.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

/** Chats that have all of the wanted words in their title, questions or answers, of any version; the best first. */
export function searchChats(chats: readonly Conversation[], wanted: string): HistoryEntry[] {
  if (wordsOf(wanted).length === 0) return [];
  const index = new MiniSearch<{ id: string; title: string; text: string }>({
    fields: ["title", "text"],
    tokenize: wordsOf,
    processTerm: (term) => term,
  });
  const byId = new Map(chats.map((chat) => [chat.id, chat]));
  index.addAll(chats.map((chat) => ({ id: chat.id, title: titleOf(chat), text: textOf(chat) })));
  const found = index.search(wanted, {
    prefix: true,
    // A slip in a long word; short ones would find everything.
    fuzzy: (term) => (term.length > 4 ? 0.25 : false),
    boost: { title: 3 },
    combineWith: "AND",
  });
  return found.flatMap(({ id, terms }) => {
    const chat = byId.get(String(id));
    return chat === undefined ? [] : [{ ...entryOf(chat), snippet: around(textOf(chat), terms) }];
  });
}

function textOf({ exchanges }: Conversation): string {
  return exchanges.map(({ question, answer }) => `${question}\n${answer.text}`).join("\n");
}

/** The place of the text at which one of the words stands. */
function around(text: string, terms: readonly string[]): string {
  const lower = text.toLowerCase();
  const at = Math.max(
    0,
    Math.min(...terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0), lower.length),
  );
  const from = at >= lower.length ? 0 : Math.max(0, at - snippetBefore);
  const piece = text
    .slice(from, from + snippetChars)
    .replaceAll(/\s+/gu, " ")
    .trim();
  return from > 0 ? `…${piece}` : piece;
}
