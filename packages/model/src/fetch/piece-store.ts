import { StoreError } from "./store-error.ts";

export interface StoreUsage {
  readonly pieces: number;
  readonly bytes: number;
}

/**
 * Keeps pieces of models by their SHA-256 (lower-case hex), and small notes by a name of the same form. Adapters: memory,
 * a folder (Node), the origin private file system and Cache Storage (browsers). Whoever puts has checked the hash, and
 * whoever gets checks it again; a store promises that a piece is there wholly or not at all (MO26). Every method throws a
 * StoreError.
 */
export interface PieceStore {
  /** For messages: where it is. */
  readonly label: string;
  has(sha256: string): Promise<boolean>;
  /** Null when it is not there, or not `lengthBytes` long. The caller owns the bytes. */
  get(sha256: string, lengthBytes: number): Promise<Uint8Array | null>;
  /** The bytes may change once the promise has settled. Putting what is there already is no error. */
  put(sha256: string, bytes: Uint8Array): Promise<void>;
  /** Deleting what is not there is no error. */
  delete(sha256: string): Promise<void>;
  /** Pieces only; notes are small. */
  usage(): Promise<StoreUsage>;
  /** Deletes pieces and notes. */
  clear(): Promise<void>;
  /** The text last put under this name; null when there is none. */
  note(name: string): Promise<string | null>;
  setNote(name: string, text: string): Promise<void>;
}

/** The name itself, if it can be one. Names become file names, and manifests are not to be trusted with those. */
export function pieceName(sha256: string): string {
  if (!/^[0-9a-f]{64}$/u.test(sha256))
    throw new StoreError("bad-name", `"${sha256.slice(0, 80)}" is not a SHA-256 in lower-case hex. Mend the manifest.`);
  return sha256;
}
