import type { TokenizerAndRendererExtension, Tokens } from "marked";

/** A formula between its marks. */
export interface MathToken extends Tokens.Generic {
  readonly type: "math";
  readonly raw: string;
  readonly tex: string;
  /** On a line of its own. */
  readonly display: boolean;
}

/** Longer ones are no formulas but a lost mark, and would cost a frame. */
const longestFormula = 2000;
const blankLine = /\n[ \t]*\n/;
/** `$5 and you pay 6$` speaks of money. */
const price = /^\d[\d.,]*\s+\p{L}{2,}/u;

const pairs = [
  { open: "$$", close: "$$", display: true },
  { open: "\\[", close: "\\]", display: true },
  { open: "\\(", close: "\\)", display: false },
] as const;

function between(src: string, open: string, close: string): string | null {
  if (!src.startsWith(open)) return null;
  const end = src.slice(0, longestFormula + open.length).indexOf(close, open.length);
  if (end < 0) return null;
  const tex = src.slice(open.length, end);
  return tex.trim() === "" || blankLine.test(tex) ? null : tex;
}

/** `$x$` on one line: no space inside of its marks, and no digit after them. */
function betweenDollars(src: string, before: string): string | null {
  if (!src.startsWith("$") || src.startsWith("$$") || /[\p{L}\p{N}\\$]$/u.test(before)) return null;
  const match = /^\$((?:[^$\\\n]|\\[^\n])+)\$(?![\d$])/.exec(src.slice(0, longestFormula));
  const tex = match?.[1];
  return tex === undefined || tex !== tex.trim() || price.test(tex) ? null : tex;
}

/** Formulas inside of a line of text. */
export const inlineMath: TokenizerAndRendererExtension = {
  name: "math",
  level: "inline",
  // A backslash ends a piece of text anyway.
  start: (src) => {
    const at = src.indexOf("$");
    return at < 0 ? undefined : at;
  },
  tokenizer(src, tokens): MathToken | undefined {
    for (const { open, close, display } of pairs) {
      const tex = between(src, open, close);
      if (tex !== null) return { type: "math", raw: open + tex + close, tex, display };
    }
    const tex = betweenDollars(src, tokens.at(-1)?.raw ?? "");
    return tex === null ? undefined : { type: "math", raw: `$${tex}$`, tex, display: false };
  },
};

/** A formula that has its lines for itself. Its lines are not read as lists or headings; a blank line is never in it. */
export const blockMath: TokenizerAndRendererExtension = {
  name: "mathBlock",
  level: "block",
  start: (src) => {
    const end = src.search(blankLine);
    const at = (end < 0 ? src : src.slice(0, end)).search(/\n {0,3}(?:\$\$|\\\[)/);
    return at < 0 ? undefined : at + 1;
  },
  tokenizer(src): MathToken | undefined {
    const indent = /^ {0,3}/.exec(src)?.[0] ?? "";
    const rest = src.slice(indent.length, indent.length + longestFormula + 4);
    for (const { open, close, display } of pairs) {
      if (!display) continue;
      const tex = between(rest, open, close);
      if (tex === null) continue;
      const after = /^[ \t]*(?=\n|$)/.exec(rest.slice(open.length + tex.length + close.length));
      if (after === null) continue;
      return { type: "math", raw: indent + open + tex + close + after[0], tex, display };
    }
    return undefined;
  },
};
