/** The swarm's picture over the coordinator's socket: whole once, then its changes (SG16, SG17). */
import type { Clock } from "@potluck/link";
import type { SwarmView } from "@potluck/protocol";
import { applyChange } from "@potluck/swarm";
import type { Coordinator } from "./coordinator/coordinator.ts";

export interface SwarmFeedOptions {
  readonly coordinator: Pick<Coordinator, "connection" | "call" | "on" | "onWelcome">;
  readonly clock: Clock;
  readonly onView: (view: SwarmView) => void;
  /** Nothing comes for now; it is asked for again by itself. */
  readonly onLost: () => void;
}

/** The coordinator sends the whole within a second; one that does not is asked again. */
const patienceMs = 5000;

/** Follows until the returned function is called, which tells the coordinator to send nothing more. */
export function followSwarm({ coordinator, clock, onView, onLost }: SwarmFeedOptions): () => void {
  let shown: { readonly number: number; readonly view: SwarmView } | null = null;
  let cancelPatience = (): void => undefined;

  const isOnline = (): boolean => coordinator.connection.getState().kind === "online";
  const ask = (): void => {
    shown = null;
    cancelPatience();
    if (!isOnline()) return;
    coordinator.call("watch", { on: true }).catch(() => undefined);
    cancelPatience = clock.after(patienceMs, () => {
      onLost();
      ask();
    });
  };
  const show = (number: number, view: SwarmView): void => {
    shown = { number, view };
    onView(view);
  };

  const leave = [
    coordinator.on("swarm", ({ number, view }) => {
      cancelPatience();
      show(number, view);
    }),
    coordinator.on("swarm-change", ({ number, change }) => {
      // Until the whole has come, changes say nothing; those before it are in it.
      if (shown === null || number <= shown.number) return;
      if (number === shown.number + 1) show(number, applyChange(shown.view, change));
      else ask();
    }),
    coordinator.onWelcome(ask),
    coordinator.connection.subscribe(({ kind }) => {
      if (kind === "online") return;
      shown = null;
      cancelPatience();
      onLost();
    }),
  ];
  ask();

  return () => {
    for (const stop of leave) stop();
    cancelPatience();
    if (isOnline()) coordinator.call("watch", { on: false }).catch(() => undefined);
  };
}
