const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The first `count` characters as people count them: an emoji of several code points is one, and is not cut apart. */
export function firstChars(text: string, count: number): string {
  let end = 0;
  let seen = 0;
  for (const { index, segment } of graphemes.segment(text)) {
    if (seen === count) break;
    seen += 1;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
