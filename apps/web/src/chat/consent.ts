import { createStore, type StoreApi } from "zustand/vanilla";
import type { Chat } from "../conversation/chat.ts";
import { running } from "../conversation/conversation.ts";
import type { PreferenceStore } from "../preferences/preferences.ts";

/** What waits for the person's word; null while nothing does. */
export type Pending = (() => void) | null;

export interface Consent {
  readonly pending: StoreApi<Pending>;
  /** `swarm` is remembered; `this-tab` goes on there; with `no` nothing is sent. */
  answer(choice: "swarm" | "this-tab" | "no"): void;
}

/** A chat in which nothing goes to the public swarm before the person has agreed to that, once. */
export function askFirst(chat: Chat, preferences: PreferenceStore): { readonly chat: Chat; readonly consent: Consent } {
  const pending = createStore<Pending>()(() => null);
  const mayAsk = (): boolean => chat.store.getState().where === "this-tab" || preferences.store.getState().swarmAgreed;
  const gate = (act: () => void): void => {
    if (mayAsk()) act();
    else pending.setState(() => act, true);
  };

  return {
    chat: {
      ...chat,
      send(question) {
        // What would not be sent anyway needs no answer.
        if (question.trim() === "") return;
        gate(() => chat.send(question));
      },
      regenerate: (key) => gate(() => chat.regenerate(key)),
      edit: (key, question) => gate(() => chat.edit(key, question)),
      continueAnswer: (key) => gate(() => chat.continueAnswer(key)),
      retry: () => gate(() => chat.retry()),
      moveTo(where) {
        const { exchanges, conversation } = chat.store.getState();
        const moves = conversation.waiting.length > 0 || running(exchanges)?.answer.text === "";
        if (where === "this-tab" || !moves || preferences.store.getState().swarmAgreed) chat.moveTo(where);
        else pending.setState(() => () => chat.moveTo("swarm"), true);
      },
    },
    consent: {
      pending,
      answer(choice) {
        const act = pending.getState();
        pending.setState(() => null, true);
        switch (choice) {
          case "no":
            return;
          case "this-tab":
            chat.moveTo("this-tab");
            break;
          case "swarm":
            preferences.change({ swarmAgreed: true });
            break;
          default:
            choice satisfies never;
        }
        act?.();
      },
    },
  };
}
