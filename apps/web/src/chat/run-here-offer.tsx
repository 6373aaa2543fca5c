import type { ModelStatus } from "@potluck/donor";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { formatBytes } from "../ui/format.ts";
import "./offer.css";

/** Two ways on where nobody serves the model: load it here, or bring the missing layers. */
export function RunHereOffer({ model }: { readonly model: ModelStatus | null }): ReactElement | null {
  const { chat, query } = usePage();
  const where = useStore(chat.store, (s) => s.where);
  if (model === null || where === "this-tab") return null;
  return (
    <div className="offer">
      <button className="button button-main" type="button" onClick={() => chat.moveTo("this-tab")}>
        Run it in this tab
      </button>
      <Link className="button" href={`/donate${query}`}>
        Donate layers
      </Link>
      <p className="offer-cost">Running it here downloads {formatBytes(model.weightBytes)} once.</p>
    </div>
  );
}
