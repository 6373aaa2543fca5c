import type { ModelStatus, SwarmStatus } from "@potluck/donor";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { Logo } from "../ui/logo.tsx";
import { count } from "../ui/format.ts";
import { isBare } from "./chat-model.ts";
import { RunHereOffer } from "./run-here-offer.tsx";
import "./welcome.css";

/** Questions that the model which ships with Potluck answers well. */
const samples = [
  "Tell me a short story about a fox and a lantern.",
  "My name is Ada. Please remember it.",
  "What is 17 + 25?",
  "How does sharding work?",
] as const;

export function Welcome(props: {
  readonly swarm: SwarmStatus | null;
  readonly model: ModelStatus | null;
}): ReactElement {
  const { chat, query, tab } = usePage();
  const offline = useStore(tab.connection, (c) => c.kind === "offline");
  const where = useStore(chat.store, (s) => s.where);
  const { swarm, model } = props;
  const unserved = model !== null && !model.available && where === "swarm";
  return (
    <div className="welcome">
      <Logo size={56} />
      <h2 className="welcome-title">Pull up a chair</h2>
      <p className="welcome-lead">
        Your question goes round the table: each open tab runs a few layers of the model and passes the dish on.
      </p>
      {unserved ? (
        <div className="welcome-offer">
          <p>
            <strong>
              {offline
                ? `The server is away, so nobody can be asked; ${model.name} can run in this tab.`
                : `Nobody serves all of ${model.name} right now.`}
            </strong>
          </p>
          <RunHereOffer model={model} />
        </div>
      ) : (
        swarm !== null && (
          <p className="welcome-swarm">
            {where === "this-tab" ? (
              "The model will run in this tab."
            ) : (
              <>
                <Link href={`/swarm${query}`}>{count(swarm.donors, "tab")}</Link> at the table.
              </>
            )}
          </p>
        )
      )}
      <ul className="welcome-samples" aria-label="Questions to start with">
        {samples.map((sample) => (
          <li key={sample}>
            <button className="welcome-sample" type="button" disabled={isBare(swarm)} onClick={() => chat.send(sample)}>
              {sample}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
