import type { LoadProgress } from "@potluck/donor";
import type { ReactElement } from "react";
import "./progress-bar.css";

/** Bytes loaded, of all. Past the download it only says that work goes on. */
export function ProgressBar(props: { readonly name: string; readonly progress: LoadProgress }): ReactElement {
  const { doneBytes, totalBytes, stage } = props.progress;
  return (
    <progress
      className="progress"
      aria-label={props.name}
      max={Math.max(1, totalBytes)}
      value={totalBytes === 0 ? 1 : Math.min(doneBytes, totalBytes)}
      data-stage={stage}
    />
  );
}
