import { type ReactElement, useState } from "react";
import { BlockView } from "./block-view.tsx";
import type { MarkdownProps } from "./markdown.tsx";
import { createReading } from "./reading.ts";
import "./markdown.css";

/** The blocks of a text that may still grow. */
export function Blocks({ text, streaming }: MarkdownProps): ReactElement {
  const [reading] = useState(createReading);
  return (
    <div className="md" data-open={streaming || undefined}>
      {reading.read(text, !streaming).map(({ token, raw, links, open }, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- a text only grows at its end, so a place is a name
        <BlockView key={i} token={token} raw={raw} links={links} open={open} depth={0} />
      ))}
    </div>
  );
}
