import { decodeEntities } from "./decode-entities.ts";

export interface SpokenWords {
  /** Said in the place of a block of code. */
  readonly code: string;
  /** Said in the place of a formula. */
  readonly formula: string;
}

/**
 * The sentences of an answer for those who listen, as far as they are finished. What was returned for a text stays the
 * beginning of what is returned for a longer one, so nothing is said twice. `finished`: no more will come, so its rest is
 * said too. Takes about a millisecond for a whole answer.
 */
export function speakable(text: string, words: SpokenWords, finished: boolean): string[] {
  const said: string[] = [];
  const lines = text.replaceAll(/\r\n?/g, "\n").split("\n");
  const unfinished = finished ? undefined : lines.pop();
  /** The paragraph so far. */
  let held = "";
  let inside: Inside | null = null;
  const flush = (): void => {
    said.push(...sentences(held, words, true));
    held = "";
  };
  for (const line of lines) {
    if (inside !== null) {
      if (inside.ends(line)) inside = null;
      continue;
    }
    inside = beginning(line, words);
    if (inside !== null) {
      flush();
      said.push(inside.word);
      if (inside.whole) inside = null;
    } else if (line.trim() === "" || isRule(line)) flush();
    else {
      if (ownLine.test(line)) flush();
      held = `${held} ${bare(line)}`;
      // A heading has no full stop.
      if (/^ {0,3}#/.test(line)) flush();
    }
  }
  if (finished) flush();
  // A line that only begins may still become anything.
  else if (inside === null) {
    const more = unfinished !== undefined && isText(unfinished) ? ` ${bare(unfinished)}` : "";
    said.push(...sentences(held + more, words, false));
  }
  return said;
}

interface Inside {
  readonly word: string;
  /** It ends in the line in which it begins. */
  readonly whole: boolean;
  readonly ends: (line: string) => boolean;
}

function beginning(line: string, words: SpokenWords): Inside | null {
  const text = line.trim();
  const fence = /^(?:`{3,}(?!.*`)|~{3,})/.exec(text.replace(/^(?:[-*+>]\s+|\d+[.)]\s+)+/, ""))?.[0];
  if (fence !== undefined) {
    const closes = (next: string): boolean => next.trim().startsWith(fence) && /^[`~]+$/.test(next.trim());
    return { word: words.code, whole: false, ends: closes };
  }
  for (const [open, close] of [
    ["$$", "$$"],
    ["\\[", "\\]"],
  ] as const) {
    if (!text.startsWith(open)) continue;
    const rest = text.slice(open.length);
    // Words after it are text.
    if (rest.includes(close) && !rest.endsWith(close)) continue;
    return {
      word: words.formula,
      whole: rest.endsWith(close) && rest !== "",
      ends: (next) => next.trim() === "" || next.includes(close),
    };
  }
  return null;
}

/** Begins something of its own, so that the sentence before it has ended. */
const ownLine = /^\s*(?:#{1,6}\s|>|[-*+]\s|\d+[.)]\s|\|)/;
/** Lines of marks, and the line under a table's head. */
const isRule = (line: string): boolean => /^[\s|:=*_-]+$/.test(line);
/** Whether a line, of which more may come, is text for certain, and no mark. */
const isText = (line: string): boolean => /^\s*[\p{L}\p{N}"'“‘(¿¡*_]*\p{L}/u.test(line) && !/^\s*\|/.test(line);

/** Without the marks of headings, quotes, lists, tasks and tables. */
function bare(line: string): string {
  const text = line
    .trim()
    .replace(/^(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+)+/, "")
    .replace(/^\[[ xX]\]\s+/, "");
  return text.startsWith("|")
    ? text
        .replaceAll(/^\||\|$/g, "")
        .split("|")
        .map((cell) => cell.trim())
        .join(", ")
    : text;
}

const segmenter =
  typeof Intl.Segmenter === "function" ? new Intl.Segmenter(undefined, { granularity: "sentence" }) : null;

/** The sentences of a paragraph. Where it is not `whole`, only those that no further character can change. */
function sentences(paragraph: string, words: SpokenWords, whole: boolean): string[] {
  const { text, sure } = withoutMarks(paragraph, words);
  const found: string[] = [];
  for (const { segment, index } of segments(text)) {
    const end = index + segment.length;
    // Whether a full stop ends a sentence is decided by the next letter.
    if (!whole && !/\p{L}/u.test(text.slice(end, sure))) break;
    const sentence = decodeEntities(
      segment.replaceAll(/\*\*|~~|(?<![\p{L}\p{N}])[*_]+(?=\S)|(?<=\S)[*_]+(?![\p{L}\p{N}])/gu, ""),
    );
    const trimmed = sentence.replaceAll(/\s+/g, " ").trim();
    if (/[\p{L}\p{N}]/u.test(trimmed)) found.push(trimmed);
  }
  return found;
}

function segments(text: string): Iterable<{ readonly segment: string; readonly index: number }> {
  if (segmenter !== null) return segmenter.segment(text);
  return [...text.matchAll(/[^.!?。！？]*(?:[.!?]+["')\]”’]*(?:\s+|$)|[。！？]+|[.!?]|$)/g)].map((match) => ({
    segment: match[0],
    index: match.index,
  }));
}

const spans =
  /`([^`]+)`|\$\$[^$]+\$\$|\$(?!\s)[^$]+(?<!\s)\$(?!\d)|\\\([\s\S]+?\\\)|\\\[[\s\S]+?\\\]|!?\[([^[\]]*)\]\([^()]*\)/g;

/** The text with the words of its code and links and without its formulas; `sure`: where one may have begun that has no end yet. */
function withoutMarks(paragraph: string, words: SpokenWords): { readonly text: string; readonly sure: number } {
  let text = "";
  let at = 0;
  for (const match of paragraph.matchAll(spans)) {
    const before = paragraph.slice(at, match.index);
    text += before + (match[1] ?? match[2] ?? words.formula);
    at = match.index + match[0].length;
  }
  const rest = paragraph.slice(at);
  const open = rest.search(/[`$[\\]|!$/);
  return { text: text + rest, sure: open < 0 ? text.length + rest.length : text.length + open };
}
