import type { PieceStore } from "../src/fetch/piece-store.ts";
import { StoreError } from "../src/fetch/store-error.ts";
import type { StoreCall, StoreReply } from "./opfs-store.worker.ts";

/** A store that lives in a dedicated worker, where synchronous file handles are. */
export function workerStore(): { readonly store: PieceStore; close(): void } {
  const worker = new Worker(new URL("opfs-store.worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let calls = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<StoreReply>) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if ("fault" in data) call?.reject(new StoreError(data.fault, data.message));
    else call?.resolve(data.value);
  });
  const call =
    <T>(method: StoreCall["method"]) =>
    (...args: readonly unknown[]): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        const id = (calls += 1);
        waiting.set(id, { resolve: (value) => resolve(value as T), reject });
        worker.postMessage({ id, method, args } satisfies StoreCall, []);
      });
  return {
    store: {
      label: "worker",
      has: call("has"),
      get: call("get"),
      put: call("put"),
      delete: call("delete"),
      usage: call("usage"),
      clear: call("clear"),
      note: call("note"),
      setNote: call("setNote"),
    },
    close: () => worker.terminate(),
  };
}
