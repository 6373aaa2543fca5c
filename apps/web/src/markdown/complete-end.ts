/**
 * What has to be added to a text that is still being written so that the emphasis and the code that have begun in its last
 * lines show at once, and what to leave out meanwhile.
 */
export function completeEnd(text: string): string {
  // A line of dashes may become a list, a line or a heading: it shows when it is known.
  const shown = text.replace(/(?<=\S[ \t]*)\n {0,3}(?:-+|=+)[ \t]*$/, "");
  const from = Math.max(0, ...[...shown.matchAll(/\n[ \t]*\n|\n(?= {0,8}(?:[-*+>#|]|\d+[.)]))/g)].map((m) => m.index));
  return closed(shown, shown.slice(from));
}

const marks = ["**", "__", "~~", "*", "_"] as const;

function closed(text: string, last: string): string {
  const open: string[] = [];
  // A list's own mark is no emphasis.
  const begin = /^\s*(?:(?:[*+->]|\d+[.)])[ \t]+)*/.exec(last)?.[0].length ?? 0;
  for (let at = begin; at < last.length;) {
    const rest = last.slice(at);
    if (rest.startsWith("\\")) {
      at += 2;
      continue;
    }
    const ticks = /^`{1,16}(?!`)/.exec(rest)?.[0];
    if (ticks !== undefined) {
      const end = rest.slice(ticks.length).search(new RegExp(`(?<!\`)${ticks}(?!\`)`));
      if (end >= 0) {
        at += end + 2 * ticks.length;
        continue;
      }
      // The end of a code span that is itself half there.
      const half = /`+$/.exec(rest.slice(ticks.length))?.[0].length ?? 0;
      return rest.length === ticks.length ? text : text + ticks.slice(half) + closers(open);
    }
    const mark = marks.find((each) => rest.startsWith(each));
    if (mark === undefined) {
      at += 1;
      continue;
    }
    const before = last[at - 1] ?? " ";
    const after = rest[mark.length];
    if (open.at(-1) === mark && /\S/.test(before)) open.pop();
    else if (mark === "*" && open.at(-1) === "**" && after === undefined)
      return `${text}*${closers(open.slice(0, -1))}`;
    else if (after !== undefined && /\S/.test(after) && (mark[0] !== "_" || /[\s\p{P}]/u.test(before))) open.push(mark);
    at += mark.length;
  }
  if (open.length === 0) return text;
  // Marks directly after white space close nothing.
  const end = text.trimEnd();
  return end + closers(open);
}

const closers = (open: readonly string[]): string => open.toReversed().join("");
