import * as v from "valibot";
import type { Conversation } from "../conversation/conversation.ts";
import { cutOff, readChat } from "../conversation/kept-chat.ts";
import { exportKind, exportVersion } from "./export-chats.ts";

export type ReadExport =
  | { readonly kind: "read"; readonly chats: readonly Conversation[]; readonly broken: number }
  | { readonly kind: "refused"; readonly why: "tooLarge" | "notExport" | "newer" };

/** Bytes. A thousand long chats are some 50 MB; more would only fill the page's memory. */
export const largestImport = 64_000_000;

const exportSchema = v.object({
  kind: v.literal(exportKind),
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  chats: v.array(v.unknown()),
});

/** The chats of an exported file. Each is read by itself; what is of a file that this page can't know is refused. */
export async function readExport(file: Blob): Promise<ReadExport> {
  if (file.size > largestImport) return { kind: "refused", why: "tooLarge" };
  const parsed = v.safeParse(exportSchema, parseJson(await file.text().catch(() => "")));
  if (!parsed.success) return { kind: "refused", why: "notExport" };
  if (parsed.output.version > exportVersion) return { kind: "refused", why: "newer" };
  const chats = parsed.output.chats.flatMap((record) => readChat(record) ?? []);
  const distinct = new Map(chats.map((chat) => [chat.id, settled(chat)]));
  return { kind: "read", chats: [...distinct.values()], broken: parsed.output.chats.length - distinct.size };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Nobody writes on in a chat that was in a file. */
function settled(chat: Conversation): Conversation {
  const exchanges = chat.exchanges.map((each) =>
    each.answer.state.kind === "streaming"
      ? { ...each, answer: { ...each.answer, state: { kind: "failed", problem: cutOff } as const } }
      : each,
  );
  return { ...chat, exchanges, draft: "", waiting: [] };
}
