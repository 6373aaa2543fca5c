export interface TextRun {
  /** Where it begins in the text. */
  readonly at: number;
  readonly words: string;
  readonly bold: boolean;
}

/** Both marks on one line, and words between them: 2 ** 3 stays a sum. */
const marked = /\*\*(?=\S)([^\n*]+?)(?<=\S)\*\*/g;
/** Bold words of which the end has not come yet. */
const begun = /\*\*(?=\S)([^\n*]+)\*?$/;

/** Splits a text at its `**bold**` words, the only markup that small models write; a pair still being written counts. */
export function boldRuns(text: string): TextRun[] {
  const runs: TextRun[] = [];
  let end = 0;
  const add = (at: number, words: string, bold: boolean): void => {
    if (words !== "") runs.push({ at, words, bold });
  };
  for (const match of text.matchAll(marked)) {
    add(end, text.slice(end, match.index), false);
    add(match.index, match[1] ?? "", true);
    end = match.index + match[0].length;
  }
  const rest = text.slice(end);
  const open = begun.exec(rest);
  if (open === null) add(end, rest, false);
  else {
    add(end, rest.slice(0, open.index), false);
    add(end + open.index, open[1] ?? "", true);
  }
  return runs;
}
