import type { Token, Tokens } from "marked";

/** The words of a token: emphasis in <>, code in «». */
export function plainText(token: Token): string {
  if (token.type === "list") return (token as Tokens.List).items.map(plainText).join("\n");
  if (token.type === "codespan") return `«${token.text}»`;
  const { tokens, text } = token as Tokens.Text;
  const inner = tokens?.map(plainText).join("") ?? text ?? "";
  return token.type === "strong" || token.type === "em" ? `<${inner}>` : inner;
}
