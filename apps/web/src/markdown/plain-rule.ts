import type { TokenizerAndRendererExtension } from "marked";

/** No paragraph, table or tight list that a model means is longer, in characters. Reading marks costs up to its square. */
const longestPiece = 10_000;
/** Pairs are looked for among all of them. */
const mostMarks = 700;
/** Quotes in quotes, lists in lists. */
const tooDeep = /^[ \t]*(?:(?:>|[*+-](?=[ \t])|\d{1,9}[.)](?=[ \t]))[ \t]*){24}|^[ \t]{120}[ \t]*[>*+\d-]/m;
const tooManyMarks = /([*_~[\]`!<>$(\\-])\1{255}/;
const fence = /^ {0,3}(?:`{3,64}(?!`)|~{3,64}(?!~))/;

/** Text that would take its reader too long, or too deep, stands as it is up to the next blank line. */
export const plainRule: TokenizerAndRendererExtension = {
  name: "plain",
  level: "block",
  tokenizer(src) {
    if (fence.test(src)) return undefined;
    const end = src.search(/\n[ \t]*\n/);
    const piece = end < 0 ? src : src.slice(0, end);
    const tame = piece.length <= longestPiece && !tooDeep.test(piece) && !tooManyMarks.test(piece);
    if (tame && (piece.match(/[*_`[\\$]/g)?.length ?? 0) <= mostMarks) return undefined;
    return { type: "plain", raw: piece };
  },
};
