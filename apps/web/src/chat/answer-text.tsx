import { Fragment, type ReactElement } from "react";
import { boldRuns } from "./bold-runs.ts";

/** An answer as the model wrote it, with its **bold** words bold. */
export function AnswerText({ text }: { readonly text: string }): ReactElement {
  return (
    <>
      {boldRuns(text).map(({ at, words, bold }) =>
        bold ? <strong key={at}>{words}</strong> : <Fragment key={at}>{words}</Fragment>,
      )}
    </>
  );
}
