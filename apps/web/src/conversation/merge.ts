import type { Answer } from "./answer.ts";
import type { Changeable, Conversation, Exchange } from "./conversation.ts";

/**
 * Joins what two windows know of one chat: all exchanges of both, of each the answer that is further, and of everything else
 * what was changed last. In whichever order and however often chats are joined, the result is the same.
 */
export function mergeConversations(a: Conversation, b: Conversation): Conversation {
  const pick = <K extends Changeable>(name: K): Conversation[K] =>
    laterOf([a.changed[name] ?? 0, a[name]], [b.changed[name] ?? 0, b[name]]);
  const changed = Object.fromEntries(
    changeables.flatMap((name) => {
      const at = Math.max(a.changed[name] ?? 0, b.changed[name] ?? 0);
      return at === 0 ? [] : [[name, at]];
    }),
  );
  return {
    id: a.id,
    title: pick("title"),
    pinned: pick("pinned"),
    createdAtMs: Math.min(a.createdAtMs, b.createdAtMs),
    usedAtMs: Math.max(a.usedAtMs, b.usedAtMs),
    exchanges: mergeExchanges(a.exchanges, b.exchanges),
    head: pick("head"),
    settings: pick("settings"),
    draft: pick("draft"),
    waiting: pick("waiting"),
    changed,
  };
}

const changeables: readonly Changeable[] = ["title", "pinned", "head", "settings", "draft", "waiting"];

function mergeExchanges(a: readonly Exchange[], b: readonly Exchange[]): Exchange[] {
  const byKey = new Map(a.map((each) => [each.key, each]));
  for (const theirs of b) {
    const ours = byKey.get(theirs.key);
    byKey.set(theirs.key, ours === undefined ? theirs : furtherOf(ours, theirs));
  }
  // One order for all windows.
  return [...byKey.values()].toSorted((x, y) => x.askedAtMs - y.askedAtMs || (x.key < y.key ? -1 : 1));
}

function furtherOf(a: Exchange, b: Exchange): Exchange {
  const difference =
    a.answer.round - b.answer.round ||
    endedness(a.answer) - endedness(b.answer) ||
    a.answer.ids.length - b.answer.ids.length ||
    a.answer.text.length - b.answer.text.length ||
    compareText(canonical(a), canonical(b));
  return difference >= 0 ? a : b;
}

const endedness = ({ state }: Answer): number => (state.kind === "streaming" ? 0 : state.kind === "failed" ? 1 : 2);

function laterOf<T>([aMs, a]: readonly [number, T], [bMs, b]: readonly [number, T]): T {
  if (aMs !== bMs) return aMs > bMs ? a : b;
  return compareText(canonical(a), canonical(b)) >= 0 ? a : b;
}

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Text that is the same for the same value, whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([x], [y]) => compareText(x, y)))
      : each,
  );
}
