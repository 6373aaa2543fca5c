import type { EmbedState } from "@potluck/protocol";
import type { StoreApi } from "zustand/vanilla";
import type { News } from "./host.ts";
import { embedState, type Life } from "./life.ts";

/** Tells the page around how the frame lives, each change once (EB16), and whether its own frames are to be watched (EB14). */
export function tellLife(life: StoreApi<Life>, tell: (news: News) => void): void {
  let told: EmbedState | null = null;
  let isProbed = false;
  const look = (): void => {
    const state = embedState(life.getState());
    if (state !== told) tell({ type: "state", detail: { state } });
    told = state;
    const on = needsProbe(life.getState());
    if (on !== isProbed) tell({ type: "probe", on });
    isProbed = on;
  };
  look();
  life.subscribe(look);
}

/** While it works, or rests only because the page suffered. */
function needsProbe(life: Life): boolean {
  if (life.kind !== "lending") return false;
  const { work } = life;
  switch (work.kind) {
    case "loading":
    case "ready":
    case "serving":
      return true;
    case "paused":
      return work.why === "page-suffers" || work.why === "calming-down";
    case "starting":
    case "waiting":
      return false;
    default:
      return work satisfies never;
  }
}
