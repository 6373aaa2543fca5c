import type { MarkedToken, Token } from "marked";
import type { ReactElement, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { decodeEntities } from "./decode-entities.ts";
import { Formula } from "./formula.tsx";
import type { MathToken } from "./math-rules.ts";
import { safeLink } from "./safe-link.ts";

/** Deeper emphasis shows as it was written. */
const deepest = 24;

/** Words with their emphasis, code, links and formulas. */
export function InlineView({
  tokens,
  depth = 0,
}: {
  readonly tokens: readonly Token[];
  readonly depth?: number;
}): ReactElement {
  return <>{tokens.map((token, i) => show(token, i, depth))}</>;
}

function show(given: Token, key: number, depth: number): ReactNode {
  if (given.type === "math") {
    const { tex, raw, display } = given as MathToken;
    return <Formula key={key} tex={tex} source={raw} display={display} />;
  }
  if (depth > deepest) return given.raw;
  const token = given as MarkedToken;
  const inner = (tokens: readonly Token[]): ReactElement => <InlineView tokens={tokens} depth={depth + 1} />;
  switch (token.type) {
    case "text":
      return token.tokens === undefined ? (
        decodeEntities(token.text)
      ) : (
        <InlineView key={key} tokens={token.tokens} depth={depth + 1} />
      );
    case "escape":
      return token.text;
    case "strong":
      return <strong key={key}>{inner(token.tokens)}</strong>;
    case "em":
      return <em key={key}>{inner(token.tokens)}</em>;
    case "del":
      return <del key={key}>{inner(token.tokens)}</del>;
    case "codespan":
      return <code key={key}>{token.text}</code>;
    case "br":
      return <br key={key} />;
    case "link":
      return (
        <SafeLink key={key} href={token.href} source={token.raw}>
          {inner(token.tokens)}
        </SafeLink>
      );
    // Loading it would tell somebody that this was read.
    case "image":
      return (
        <SafeLink key={key} href={token.href} source={token.raw}>
          {token.text === "" ? token.href : decodeEntities(token.text)}
        </SafeLink>
      );
    case "checkbox":
      return <TaskBox key={key} checked={token.checked} />;
    case "html":
    case "blockquote":
    case "code":
    case "def":
    case "heading":
    case "hr":
    case "list":
    case "list_item":
    case "paragraph":
    case "space":
    case "table":
      return token.raw;
    default:
      return token satisfies never;
  }
}

function SafeLink(props: {
  readonly href: string;
  readonly source: string;
  readonly children: ReactNode;
}): ReactElement {
  const href = safeLink(props.href);
  // With its address in sight, since it can't be followed.
  if (href === null) return <>{props.source}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {props.children}
    </a>
  );
}

function TaskBox({ checked }: { readonly checked: boolean }): ReactElement {
  const { t } = useTranslation();
  const name = checked ? t("chat:answer.taskDone") : t("chat:answer.taskOpen");
  return <input className="md-task" type="checkbox" checked={checked} disabled readOnly aria-label={name} />;
}
