import { useStore } from "zustand";
import { usePage } from "./page.ts";

/** What a reload of this page would end: layers that are loaded for others, or an answer; null for nothing. */
export function useBusy(): "donating" | "answering" | null {
  const { tab, chat } = usePage();
  const donating = useStore(tab.donation.state, ({ kind }) => kind !== "idle" && kind !== "error");
  const answering = useStore(chat.store, ({ exchanges }) => exchanges.at(-1)?.answer.state.kind === "streaming");
  return donating ? "donating" : answering ? "answering" : null;
}
