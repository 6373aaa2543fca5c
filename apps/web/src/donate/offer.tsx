import { describeRange } from "@potluck/protocol";
import type { ReactElement } from "react";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { CoverageBar } from "../swarm/coverage-bar.tsx";
import { formatBytes } from "../ui/format.ts";
import { ProblemNote } from "../ui/problem-note.tsx";
import type { Preview } from "./use-preview.ts";

/** What Start would load. */
export function Offer({ preview }: { readonly preview: Preview }): ReactElement {
  const { tab } = usePage();
  const models = useStore(tab.swarm)?.models ?? [];
  switch (preview.kind) {
    case "asking":
      return <p className="donate-soft">Asking the coordinator what is needed most…</p>;
    case "problem":
      return <ProblemNote problem={preview.problem} />;
    case "known": {
      const { segment, weightBytes } = preview.preview;
      const model = models.find((m) => m.id === segment.modelId);
      return (
        <div className="donate-offer" data-part="offer">
          <p>
            Most needed now: <strong>{describeRange(segment)}</strong> of{" "}
            <strong>{model?.name ?? segment.modelId}</strong>.{" "}
            {weightBytes === 0 ? "All of it is on this device already." : `${formatBytes(weightBytes)} will be loaded.`}
          </p>
          {model !== undefined && <CoverageBar model={model} mark={segment} />}
        </div>
      );
    }
    default:
      return preview satisfies never;
  }
}
