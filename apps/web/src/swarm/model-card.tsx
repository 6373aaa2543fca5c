import type { ModelStatus } from "@potluck/donor";
import { describeRange } from "@potluck/protocol";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { usePage } from "../app/page.ts";
import { count, formatBytes } from "../ui/format.ts";
import { CoverageBar } from "./coverage-bar.tsx";
import { coverageRuns, joiningLayers, missingLayers } from "./coverage.ts";

export function ModelCard({ model }: { readonly model: ModelStatus }): ReactElement {
  const { query } = usePage();
  const missing = missingLayers(model).map(describeRange).join(", ");
  const joining = joiningLayers(model).map(describeRange).join(", ");
  return (
    <section className="card model" aria-label={model.name}>
      <div className="model-head">
        <h2>{model.name}</h2>
        <span className="badge" data-available={model.available}>
          {model.available ? "available" : "not available"}
        </span>
      </div>
      <p className="model-facts">
        <span>{model.dtype}</span>
        <span>{count(model.layerCount, "layer")}</span>
        <span>{formatBytes(model.weightBytes)}</span>
        <span>{count(model.maxPositions, "token")} of context</span>
        <span>{model.sessions === 0 ? "no chat now" : `${count(model.sessions, "chat")} now`}</span>
        {model.standbys !== undefined && model.standbys > 0 && <span>{count(model.standbys, "tab")} standing by</span>}
      </p>
      <CoverageBar model={model} />
      <p className="model-missing">
        {missing === "" ? "Every layer is held." : `Missing: ${missing}.`}{" "}
        {missing === "" && <Link href={`/${query}`}>Chat with it</Link>}
        {joining !== "" && ` Tabs are joining with ${joining}.`}
      </p>
      <details className="model-table">
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Layers</th>
              <th scope="col">Tabs</th>
              <th scope="col">Joining</th>
            </tr>
          </thead>
          <tbody>
            {coverageRuns(model).map((run) => (
              <tr key={run.from}>
                <th scope="row">{describeRange(run)}</th>
                <td>{run.tabs}</td>
                <td>{run.joining}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
