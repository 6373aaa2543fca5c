import type { DonationState } from "@potluck/donor";
import type { ReactElement } from "react";
import { usePage } from "../app/page.ts";

/** The ways out of a donation: at once, with others taking the answers over, or after them. */
export function LeaveButtons(props: { readonly state: DonationState; readonly onStay: () => void }): ReactElement {
  const { state, onStay } = props;
  const { donation } = usePage().tab;
  const handingOver = state.kind === "handing-over";
  return (
    <div className="donate-leave">
      <div className="donate-buttons">
        {/* The same button all along, so that the keyboard stays where it is. */}
        <button
          className="button button-big"
          type="button"
          aria-disabled={handingOver}
          onClick={() => !handingOver && void donation.stop()}
        >
          {handingOver ? "Stopping…" : state.kind === "finishing" ? "Stop now" : "Stop donating"}
        </button>
        {state.kind === "serving" && (
          <button className="button button-big" type="button" onClick={() => donation.finish()}>
            Finish current answers, then stop
          </button>
        )}
        {state.kind === "finishing" && (
          <button className="button button-big" type="button" onClick={onStay}>
            Go on donating
          </button>
        )}
      </div>
      {state.kind === "serving" && (
        <p className="donate-soft">Stopping hands running answers to other tabs at once, where there are any.</p>
      )}
    </div>
  );
}
