import { type Links, Marked, type Token } from "marked";
import { blockMath, inlineMath } from "./math-rules.ts";
import { plainRule } from "./plain-rule.ts";

const reader = new Marked({
  gfm: true,
  // A poem stays in its lines.
  breaks: true,
  // The last one is asked first.
  extensions: [inlineMath, blockMath, plainRule],
  tokenizer: {
    // CommonMark: no blank line inside a definition. Else a quote mark far below could change what is finished.
    def(src) {
      const match = this.rules.block.def.exec(src);
      return match !== null && /\n[ \t]*\n/.test(match[0].trimEnd()) ? undefined : false;
    },
  },
});

export interface Lexed {
  readonly tokens: readonly Token[];
  /** The definitions that were given and those of this text; the first of a name counts. */
  readonly links: Links;
}

/** Reads GitHub's flavour of Markdown. Line ends must be `\n`. The raws of the tokens make up the text. */
export function lex(text: string, links: Links = {}): Lexed {
  const lexer = new reader.Lexer(reader.defaults);
  Object.assign(lexer.tokens.links, links);
  const tokens = lexer.lex(text);
  return { tokens: [...tokens], links: { ...tokens.links } };
}
