import type { LayerRange } from "@potluck/protocol";
import type { ReactElement } from "react";
import "./route-strip.css";

/** The way of an answer in miniature: one block a hop, as wide as its share of the layers. */
export function RouteStrip({ hops }: { readonly hops: readonly LayerRange[] }): ReactElement {
  return (
    <span className="strip" aria-hidden="true">
      {hops.map((hop, i) => (
        <span className="strip-hop" key={hop.from} data-dish={i % 5} style={{ flexGrow: hop.to - hop.from }} />
      ))}
    </span>
  );
}
