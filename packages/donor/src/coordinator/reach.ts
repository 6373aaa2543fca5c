import type { Clock } from "@potluck/link";
import type { StoreApi } from "zustand/vanilla";
import type { Connection } from "../tab.ts";
import { isFinal } from "./is-final.ts";

/**
 * Connects an offline tab at once. Resolves once it is online, or after `deadlineMs`; at once when it is not offline, or when
 * it was refused for good.
 */
export function reach(
  connection: StoreApi<Connection>,
  connect: () => void,
  clock: Clock,
  deadlineMs: number,
): Promise<void> {
  const now = connection.getState();
  if (now.kind !== "offline" || isFinal(now.problem)) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.after(deadlineMs, () => done());
    const unsubscribe = connection.subscribe((next) => {
      if (next.kind !== "offline" || isFinal(next.problem)) done();
    });
    const done = (): void => {
      cancel();
      unsubscribe();
      resolve();
    };
    connect();
  });
}
