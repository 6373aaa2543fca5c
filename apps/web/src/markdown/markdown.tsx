import { Component, type ReactElement, type ReactNode } from "react";
import { createLate } from "./late.ts";

export interface MarkdownProps {
  readonly text: string;
  /** Whether more of the text may come. */
  readonly streaming: boolean;
}

const blocks = createLate(async () => (await import("./blocks.tsx")).Blocks);

/** A text as the Markdown that it is. The text stands as it was written until the code for that has loaded, or where it fails. */
export function Markdown({ text, streaming }: MarkdownProps): ReactElement {
  const Blocks = blocks.use(text !== "");
  const asWritten = <span style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{text}</span>;
  if (Blocks === null) return asWritten;
  return (
    <Guard instead={asWritten}>
      {/* oxlint-disable-next-line react/static-components -- made by its module, once */}
      <Blocks text={text} streaming={streaming} />
    </Guard>
  );
}

/** No text may take the page down. */
class Guard extends Component<
  { readonly instead: ReactNode; readonly children: ReactNode },
  { readonly failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}
