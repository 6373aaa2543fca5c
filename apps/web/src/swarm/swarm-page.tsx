import type { SwarmStatus } from "@potluck/donor";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { Logo } from "../ui/logo.tsx";
import { ModelCard } from "./model-card.tsx";
import "./swarm-page.css";

/** Who is at the table: every model, its layers, and how many tabs hold each. */
export function SwarmPage(): ReactElement {
  const { tab } = usePage();
  const swarm = useStore(tab.swarm);
  return (
    <div className="page">
      <div>
        <h1>At the table now</h1>
        <p className="page-lead">
          A model answers when each of its layers is held by at least one open tab. The more tabs hold a layer, the less
          it matters when one leaves.
        </p>
      </div>
      {swarm === null ? <p className="swarm-wait">Asking the coordinator…</p> : <Swarm swarm={swarm} />}
    </div>
  );
}

function Swarm({ swarm }: { readonly swarm: SwarmStatus }): ReactElement {
  const { query } = usePage();
  return (
    <>
      <dl className="swarm-numbers">
        <Fact name={swarm.tabs === 1 ? "tab open" : "tabs open"} value={swarm.tabs} />
        <Fact name="donating" value={swarm.donors} />
        <Fact name="waiting in line" value={swarm.queued} />
      </dl>
      {swarm.donors === 0 && (
        <section className="card swarm-first">
          <Logo size={44} />
          <h2>The table is set. Be the first.</h2>
          <p className="swarm-note">
            Nobody donates yet. A single tab with enough memory can serve a whole small model.
          </p>
          <Link className="button button-main" href={`/donate${query}`}>
            Donate this tab
          </Link>
        </section>
      )}
      {swarm.models.length === 0 && (
        <p className="swarm-note">This coordinator offers no model yet; whoever runs it can add one.</p>
      )}
      {swarm.models.map((model) => (
        <ModelCard key={model.id} model={model} />
      ))}
      {swarm.models.length > 0 && (
        <ul className="swarm-legend" aria-label="What the cells mean">
          <li>
            <span className="coverage-cell" data-level="0" /> no tab
          </li>
          <li>
            <span className="coverage-cell" data-level="1" /> 1 tab
          </li>
          <li>
            <span className="coverage-cell" data-level="2" /> 2 tabs
          </li>
          <li>
            <span className="coverage-cell" data-level="3" /> 3 or more
          </li>
          <li>
            <span className="coverage-cell" data-level="0" data-joining="true" /> joining
          </li>
        </ul>
      )}
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: number }): ReactElement {
  return (
    <div className="swarm-number">
      <dt>{name}</dt>
      <dd>{value.toLocaleString("en")}</dd>
    </div>
  );
}
