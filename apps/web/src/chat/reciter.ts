import type { Exchange } from "../conversation/conversation.ts";
import type { SpokenWords, speakable } from "../markdown/speakable.ts";

/** Sentences that are told together. */
export interface Spoken {
  readonly id: number;
  readonly text: string;
}

export interface Pace {
  /** At most so often. */
  readonly everyMs: number;
  readonly now: () => number;
  readonly later: (act: () => void, ms: number) => unknown;
}

/** Tells an answer by its finished sentences, in order, none twice, and at a rate that can be followed. */
export interface Reciter {
  /** The shown path, after every change. Only what is written while it looks is told. */
  look(path: readonly Exchange[]): void;
  stop(): void;
}

/** Those before may still be being told. */
const keep = 12;

type Speak = typeof speakable;

/** `load` brings what cuts a text into sentences; an answer is silent where it can't be had. */
export function createReciter(
  load: () => Promise<Speak>,
  words: SpokenWords,
  tell: (spoken: readonly Spoken[]) => void,
  { everyMs, now, later }: Pace,
): Reciter {
  let speak: Speak | null = null;
  let loading = false;
  /** The answer that is told, and how many of its sentences have been. */
  let followed: { readonly key: string; readonly round: number; told: number | null } | null = null;
  /** What it had already when it was begun again. */
  let kept = "";
  let newest: readonly Exchange[] = [];
  let spoken: readonly Spoken[] = [];
  let toldAt = -Infinity;
  let planned = false;
  let stopped = false;

  function look(path: readonly Exchange[]): void {
    newest = path;
    const writing = path.find(({ answer }) => answer.state.kind === "streaming");
    if (writing !== undefined && (followed?.key !== writing.key || followed.round !== writing.answer.round)) {
      // What it has already, from before it goes on, has been told or is no news.
      followed = { key: writing.key, round: writing.answer.round, told: writing.answer.text === "" ? 0 : null };
      kept = writing.answer.text;
    }
    if (followed === null) return;
    if (speak === null) return void fetchIt();
    const due = toldAt + everyMs - now();
    if (due <= 0) recite();
    else if (!planned) {
      planned = true;
      later(() => {
        planned = false;
        if (!stopped) recite();
      }, due);
    }
  }

  async function fetchIt(): Promise<void> {
    if (loading) return;
    loading = true;
    try {
      speak = await load();
    } catch {
      // Asked for again with the next token.
      loading = false;
      return;
    }
    if (!stopped) look(newest);
  }

  function recite(): void {
    const exchange = newest.find(({ key }) => key === followed?.key);
    if (exchange === undefined || followed === null || speak === null) return;
    const sentences = sentencesOf(exchange, speak);
    const from = followed.told ?? wholeSentences(kept, speak);
    followed.told = Math.max(from, sentences.length);
    if (exchange.answer.state.kind !== "streaming") followed = null;
    const fresh = sentences.slice(from);
    if (fresh.length === 0) return;
    toldAt = now();
    spoken = [...spoken, { id: (spoken.at(-1)?.id ?? 0) + 1, text: fresh.join(" ") }].slice(-keep);
    tell(spoken);
  }

  /** One that breaks off is told again, whole. */
  const wholeSentences = (text: string, cut: Speak): number =>
    cut(text, words, true).length - (/[.!?:…。！？：][\p{P}\s]*$/u.test(text) ? 0 : 1);
  const sentencesOf = ({ answer }: Exchange, cut: Speak): readonly string[] =>
    cut(answer.text, words, answer.state.kind !== "streaming");

  return {
    look,
    stop: () => {
      stopped = true;
    },
  };
}
