import type { ReactElement } from "react";
import { Fallback } from "../ui/fallback.tsx";
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
    <Fallback instead={asWritten}>
      {/* oxlint-disable-next-line react/static-components -- made by its module, once */}
      <Blocks text={text} streaming={streaming} />
    </Fallback>
  );
}
