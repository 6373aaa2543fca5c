import { firstChars } from "./first-chars.ts";
import type { ChatTurn } from "@potluck/donor";
import type { ModelId } from "@potluck/protocol";
import type { Answer } from "./answer.ts";

/** A question with its answer: one node of a chat's tree. */
export interface Exchange {
  /** Names it in every window, and what was asked, so that the asker's unfinished answer is known again after a reload. */
  readonly key: string;
  /** What it follows; null for a beginning. */
  readonly parent: string | null;
  /** The first exchange with this wording of the question: those that share it are answers to the same question. */
  readonly asked: string;
  readonly question: string;
  /** Wall clock, in ms. */
  readonly askedAtMs: number;
  readonly answer: Answer;
}

/** How the answers of one chat are made. */
export interface ChatSettings {
  /** Told to the model before everything else; empty for nothing. */
  readonly system: string;
  readonly temperature: number;
  readonly topP: number;
  /** 0 keeps all. */
  readonly topK: number;
  readonly minP: number;
  readonly repetitionPenalty: number;
  readonly maxNewTokens: number;
  /** null: another one for every answer. */
  readonly seed: number | null;
  /** null: whichever model is being served. */
  readonly modelId: ModelId | null;
  /** The preset that these are of; null once one of them was changed. */
  readonly preset: string | null;
}

/** A chat: all that was ever asked in it, as a tree of which one path is shown. */
export interface Conversation {
  readonly id: string;
  /** As the person named it; null while nobody has. */
  readonly title: string | null;
  readonly pinned: boolean;
  /** Wall clock, in ms. */
  readonly createdAtMs: number;
  readonly usedAtMs: number;
  /** All of them, in no particular order. */
  readonly exchanges: readonly Exchange[];
  /** The last one of the shown path; null for none. */
  readonly head: string | null;
  readonly settings: ChatSettings;
  /** What is typed and not sent. */
  readonly draft: string;
  /** What is sent and not yet asked, in order. */
  readonly waiting: readonly string[];
  /** When each of these was changed last (wall clock, ms), so that two windows agree on whose value stands. */
  readonly changed: Readonly<Partial<Record<Changeable, number>>>;
}

/** What of a chat can be changed in two windows at once, beside its exchanges. */
export type Changeable = "title" | "pinned" | "head" | "settings" | "draft" | "waiting";

/** From the beginning to `key`, which is the last one; empty for null and for a key that is not there. */
export function pathTo({ exchanges }: Pick<Conversation, "exchanges">, key: string | null): Exchange[] {
  const byKey = new Map(exchanges.map((each) => [each.key, each]));
  const path: Exchange[] = [];
  // What is taken out can't be met again, so that a broken chain has an end.
  for (let at = key; at !== null;) {
    const exchange = byKey.get(at);
    if (exchange === undefined) break;
    byKey.delete(at);
    path.push(exchange);
    at = exchange.parent;
  }
  return path.toReversed();
}

export interface Versions {
  /** Place of the shown one in `keys`, from 0. */
  readonly index: number;
  /** To show in the place of each version, oldest version first. */
  readonly keys: readonly string[];
}

/** The answers to the same question, and the wordings of the question, that stand where `key` stands. */
export function versionsOf(
  { exchanges }: Pick<Conversation, "exchanges">,
  key: string,
): { readonly answers: Versions; readonly questions: Versions } {
  const self = exchanges.find((each) => each.key === key);
  if (self === undefined) return { answers: { index: 0, keys: [] }, questions: { index: 0, keys: [] } };
  const siblings = exchanges.filter((each) => each.parent === self.parent).toSorted(byAge);
  const same = siblings.filter((each) => each.asked === self.asked).map((each) => each.key);
  const wordings = [...new Set(siblings.map((each) => each.asked))];
  // Of another wording its newest answer, of this one the answer that is shown.
  const shown = wordings.map((asked) =>
    asked === self.asked ? key : (siblings.findLast((each) => each.asked === asked)?.key ?? key),
  );
  return {
    answers: { index: same.indexOf(key), keys: same },
    questions: { index: wordings.indexOf(self.asked), keys: shown },
  };
}

/** The end of the newest path through `key`. */
export function newestUnder({ exchanges }: Pick<Conversation, "exchanges">, key: string): string {
  let at = key;
  const seen = new Set<string>();
  while (!seen.has(at)) {
    seen.add(at);
    const next = exchanges
      .filter((each) => each.parent === at)
      .toSorted(byAge)
      .at(-1);
    if (next === undefined) break;
    at = next.key;
  }
  return at;
}

function byAge(a: Exchange, b: Exchange): number {
  return a.askedAtMs - b.askedAtMs || (a.key < b.key ? -1 : 1);
}

/** The path up to `question`, as the model shall see it. A question that got no text is left out with its answer. */
export function turnsFor(before: readonly Exchange[], question: string, system = ""): ChatTurn[] {
  const answered = before.filter((exchange) => exchange.answer.text !== "");
  return [
    ...(system.trim() === "" ? [] : [{ role: "system", content: system } as const]),
    ...answered.flatMap((exchange): ChatTurn[] => [
      { role: "user", content: exchange.question },
      { role: "assistant", content: exchange.answer.text },
    ]),
    { role: "user", content: question },
  ];
}

/** The answer in progress on the shown path, or null. */
export function running(path: readonly Exchange[]): Exchange | null {
  return path.findLast((each) => each.answer.state.kind === "streaming") ?? null;
}

/** The last question, if it did not fit into what the model or its donors can hold, or null. */
export function questionTooLong({ exchanges }: { readonly exchanges: readonly Exchange[] }): string | null {
  const last = exchanges.at(-1);
  if (last?.answer.state.kind !== "failed" || last.answer.text !== "") return null;
  return last.answer.state.problem.code === "context-full" ? last.question : null;
}

/** What a chat is called: its name, else the first words of its first question; empty for a chat without questions. */
export function titleOf({ title, exchanges, head }: Pick<Conversation, "title" | "exchanges" | "head">): string {
  if (title !== null) return title;
  const first = pathTo({ exchanges }, head)[0]?.question ?? "";
  const words = first.replaceAll(/\s+/gu, " ").trim();
  const shortest = firstChars(words, titleChars);
  return shortest.length < words.length ? `${shortest.trimEnd()}…` : words;
}

const titleChars = 60;

/** The chat with one of these changed, later than what it replaces, whatever the clocks of two windows say. */
export function changed<K extends Changeable>(
  chat: Conversation,
  name: K,
  value: Conversation[K],
  nowMs: number,
): Conversation {
  const at = Math.max(nowMs, (chat.changed[name] ?? 0) + 1);
  return { ...chat, [name]: value, changed: { ...chat.changed, [name]: at } };
}
