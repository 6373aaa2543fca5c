import { pieceName, type PieceStore } from "./piece-store.ts";
import { StoreError } from "./store-error.ts";

export interface MemoryStoreOptions {
  /** More bytes than this in pieces are `full`. */
  readonly limitBytes?: number;
  readonly label?: string;
}

/** A piece store that ends with the page: the twin for tests, and with a limit of 0 the store of a browser that has none. */
export function memoryPieceStore(options: MemoryStoreOptions = {}): PieceStore {
  const { limitBytes = Infinity, label = "this page's memory" } = options;
  const pieces = new Map<string, Uint8Array>();
  const notes = new Map<string, string>();
  let bytesKept = 0;
  const drop = (name: string): void => {
    bytesKept -= pieces.get(name)?.length ?? 0;
    pieces.delete(name);
  };
  return {
    label,
    has: async (sha256) => pieces.has(pieceName(sha256)),
    get: async (sha256, lengthBytes) => {
      const piece = pieces.get(pieceName(sha256));
      return piece?.length === lengthBytes ? piece.slice() : null;
    },
    put: async (sha256, bytes) => {
      const name = pieceName(sha256);
      if (pieces.get(name)?.length === bytes.length) return;
      drop(name);
      if (bytesKept + bytes.length > limitBytes)
        throw new StoreError("full", `${label} is full. Weights stay usable now, and are loaded anew the next time.`);
      pieces.set(name, bytes.slice());
      bytesKept += bytes.length;
    },
    delete: async (sha256) => drop(pieceName(sha256)),
    usage: async () => ({ pieces: pieces.size, bytes: bytesKept }),
    clear: async () => {
      pieces.clear();
      notes.clear();
      bytesKept = 0;
    },
    note: async (name) => notes.get(pieceName(name)) ?? null,
    setNote: async (name, text) => void notes.set(pieceName(name), text),
  };
}
