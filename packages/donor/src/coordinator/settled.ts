import type { Clock } from "@potluck/link";
import type { StoreApi } from "zustand/vanilla";
import type { Connection } from "../tab.ts";

/** Resolves once it is known whether the first connection stands, or after `deadlineMs`. */
export function settled(connection: StoreApi<Connection>, clock: Clock, deadlineMs: number): Promise<void> {
  if (connection.getState().kind !== "connecting") return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.after(deadlineMs, () => done());
    const unsubscribe = connection.subscribe(({ kind }) => {
      if (kind !== "connecting") done();
    });
    const done = (): void => {
      cancel();
      unsubscribe();
      resolve();
    };
  });
}
