import { type Conversation, pathTo, titleOf } from "../conversation/conversation.ts";
import { chatRecord } from "../conversation/kept-chat.ts";
import type { Words } from "../i18n/create-words.ts";
import type { ExportFormat } from "./history.ts";

/** What an export calls itself, so that nothing else is taken for one. */
export const exportKind = "potluck-chats";
export const exportVersion = 1;

/** A file with whole chats: as JSON all versions of all of them, as Markdown what is shown, to be read. */
export function exportFile(chats: readonly Conversation[], format: ExportFormat, words: Words, nowMs: number): File {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const name = `potluck-${chats.length === 1 ? "chat" : "chats"}-${day}`;
  switch (format) {
    case "json": {
      const body = {
        kind: exportKind,
        version: exportVersion,
        exportedAtMs: nowMs,
        // What is typed and not sent is nobody's business but this browser's.
        chats: chats.map((chat) => chatRecord({ ...chat, draft: "", waiting: [], changed: {} })),
      };
      return new File([JSON.stringify(body, null, 1)], `${name}.json`, { type: "application/json" });
    }
    case "markdown": {
      const text = chats.map((chat) => asMarkdown(chat, words)).join("\n\n---\n\n");
      return new File([`${text}\n`], `${name}.md`, { type: "text/markdown" });
    }
    default:
      return format satisfies never;
  }
}

function asMarkdown(chat: Conversation, words: Words): string {
  const parts = [`# ${titleOf(chat) || words("chat:history.untitled")}`];
  if (chat.settings.system !== "") parts.push(`> ${chat.settings.system.replaceAll("\n", "\n> ")}`);
  for (const { question, answer, askedAtMs } of pathTo(chat, chat.head)) {
    const who = answer.model === null ? words("chat:export.answer") : answer.model.name;
    const when = new Date(askedAtMs).toISOString().slice(0, 16).replace("T", " ");
    parts.push(`## ${words("chat:export.question")} · ${when} UTC`, question);
    if (answer.text !== "") parts.push(`## ${who}`, answer.text);
  }
  return parts.join("\n\n");
}
