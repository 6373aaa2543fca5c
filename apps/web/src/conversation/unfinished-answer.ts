import type { Asker, AskRequest } from "@potluck/donor";
import { PageError } from "../tab/page-error.ts";
import { cutOff } from "./kept-chat.ts";

/** What the asker has to carry on; rejects with a problem when `signal` aborts: bring a deadline with it. */
export function unfinishedAnswer(asker: Pick<Asker, "unfinished">, signal: AbortSignal): Promise<AskRequest | null> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new PageError(cutOff));
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    asker
      .unfinished()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", giveUp));
  });
}
