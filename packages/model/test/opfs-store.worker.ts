import { opfsPieceStore } from "../src/browser/opfs-store.ts";
import type { PieceStore } from "../src/fetch/piece-store.ts";
import { StoreError } from "../src/fetch/store-error.ts";

/** One call of a store's method, as the page posts it. */
export interface StoreCall {
  readonly id: number;
  readonly method: Exclude<keyof PieceStore, "label">;
  readonly args: readonly unknown[];
}

export type StoreReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: StoreError["fault"]; readonly message: string };

const store = opfsPieceStore();

addEventListener("message", (event: MessageEvent<StoreCall>) => {
  void answer(event.data).then((reply) => postMessage(reply));
});

async function answer({ id, method, args }: StoreCall): Promise<StoreReply> {
  try {
    const call = (await store)[method] as (...args: unknown[]) => Promise<unknown>;
    return { id, value: await call.apply(await store, [...args]) };
  } catch (error) {
    const { fault, message } = StoreError.from(error, "the worker's store");
    return { id, fault, message };
  }
}
