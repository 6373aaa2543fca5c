import type { MarkedToken, Token, Tokens } from "marked";
import { memo, type MemoExoticComponent, type ReactElement } from "react";
import { CodeBlock } from "./code-block.tsx";
import { InlineView } from "./inline-view.tsx";
import { Formula } from "./formula.tsx";
import type { MathToken } from "./math-rules.ts";
import { TableView } from "./table-view.tsx";

export interface BlockProps {
  readonly token: Token;
  readonly raw: string;
  readonly links: string;
  readonly open: boolean;
  /** How many lists and quotes it is in. */
  readonly depth: number;
}

/** Deeper ones show as they were written. */
const deepest = 24;
/** A heading of an answer is below the page's own. */
const headings = ["h3", "h4", "h5", "h6"] as const;

/** One block. Rendered again only when something that it shows has changed. */
export const BlockView: MemoExoticComponent<(props: BlockProps) => ReactElement | null> = memo(
  ShowBlock,
  (a, b) => a.raw === b.raw && a.open === b.open && a.links === b.links && a.token.type === b.token.type,
);

function ShowBlock({ token: given, raw, links, open, depth }: BlockProps): ReactElement | null {
  if (given.type === "math") return <Formula tex={(given as MathToken).tex} source={raw.trim()} display />;
  if (given.type === "plain" || depth > deepest) return <p>{raw}</p>;
  const token = given as MarkedToken;
  switch (token.type) {
    case "heading": {
      const Heading = headings[Math.min(token.depth, headings.length) - 1] ?? "h3";
      return (
        <Heading>
          <InlineView tokens={token.tokens} />
        </Heading>
      );
    }
    case "paragraph":
      return (
        <p>
          <InlineView tokens={token.tokens} />
        </p>
      );
    // In a tight list: no paragraph.
    case "text":
      return <InlineView tokens={token.tokens ?? [{ ...token }]} />;
    case "checkbox":
      return <InlineView tokens={[token]} />;
    case "code":
      return <CodeBlock code={token.text} language={token.lang ?? ""} open={open && !isClosed(raw)} />;
    case "blockquote":
      return (
        <blockquote>
          <BlockList tokens={token.tokens} links={links} open={open} depth={depth + 1} />
        </blockquote>
      );
    case "list":
      return <ListView list={token} links={links} open={open} depth={depth} />;
    case "table":
      return <TableView table={token} links={links} />;
    case "hr":
      return <hr />;
    case "html":
      return <p className="md-source">{raw.trimEnd()}</p>;
    case "space":
    case "def":
      return null;
    case "list_item":
    case "br":
    case "codespan":
    case "del":
    case "em":
    case "escape":
    case "image":
    case "link":
    case "strong":
      return <p>{raw}</p>;
    default:
      return token satisfies never;
  }
}

function ListView(props: {
  readonly list: Tokens.List;
  readonly links: string;
  readonly open: boolean;
  readonly depth: number;
}): ReactElement {
  const { list, links, open, depth } = props;
  const items = list.items.map((item, i) => (
    // oxlint-disable-next-line react/no-array-index-key -- a list only grows at its end
    <li key={i} data-task={item.task || undefined}>
      <BlockList tokens={item.tokens} links={links} open={open && i === list.items.length - 1} depth={depth + 1} />
    </li>
  ));
  if (!list.ordered) return <ul>{items}</ul>;
  return <ol {...(list.start === "" || list.start === 1 ? {} : { start: list.start })}>{items}</ol>;
}

/** The blocks inside of a block, of which only the last can be open. */
function BlockList(props: {
  readonly tokens: readonly Token[];
  readonly links: string;
  readonly open: boolean;
  readonly depth: number;
}): ReactElement {
  const { tokens, links, open, depth } = props;
  return (
    <>
      {tokens.map((token, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- as in a text, a place is a name
        <BlockView
          key={i}
          token={token}
          raw={token.raw}
          links={links}
          open={open && i === tokens.length - 1}
          depth={depth}
        />
      ))}
    </>
  );
}

/** Whether a block of code has got its last line. */
function isClosed(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  if (fence === undefined) return false;
  const text = raw.trimEnd();
  const end = text.slice(text.lastIndexOf("\n") + 1).trim();
  return text.includes("\n") && end.startsWith(fence) && /^(`+|~+)$/.test(end);
}
