import type { ModelStatus, Problem, SwarmStatus } from "@potluck/donor";
import type { ModelId } from "@potluck/protocol";
import type { StoreApi } from "zustand/vanilla";
import { PageError } from "../tab/page-error.ts";

/** The model to chat with: the chosen one if the swarm knows it, else one that is being served, else the first. */
export function pickModel(swarm: SwarmStatus | null, chosen: ModelId | null): ModelStatus | null {
  const models = swarm?.models ?? [];
  return models.find((m) => m.id === chosen) ?? models.find((m) => m.available) ?? models[0] ?? null;
}

const noModel: Problem = {
  code: "server-gone",
  id: "noModel",
  what: "The swarm did not say which models it has.",
  advice: "Check your internet connection, then try again.",
};

/** Told in the composer too, where there is nothing to send to. */
export const servesNone: Problem = {
  code: "refused",
  id: "servesNone",
  what: "This server serves no model yet.",
  advice: "Whoever runs it can add one.",
};

/** Whether the swarm has said that it has no model at all. */
export const isBare = (swarm: SwarmStatus | null): boolean => swarm !== null && swarm.models.length === 0;

/** Resolves when the swarm has told its models; rejects with a problem when `signal` aborts: bring a deadline with it. */
export function awaitModel(
  swarm: StoreApi<SwarmStatus | null>,
  chosen: () => ModelId | null,
  signal: AbortSignal,
): Promise<{ readonly id: ModelId; readonly name: string }> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const model = pickModel(swarm.getState(), chosen());
      if (isBare(swarm.getState())) give(servesNone);
      if (model === null) return;
      leave();
      resolve({ id: model.id, name: model.name });
    };
    const give = (problem: Problem): void => {
      leave();
      reject(new PageError(problem));
    };
    const giveUp = (): void => give(noModel);
    const unsubscribe = swarm.subscribe(look);
    const leave = (): void => {
      unsubscribe();
      signal.removeEventListener("abort", giveUp);
    };
    signal.addEventListener("abort", giveUp);
    if (signal.aborted) giveUp();
    else look();
  });
}
