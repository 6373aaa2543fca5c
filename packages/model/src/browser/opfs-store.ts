import { pieceName, type PieceStore } from "../fetch/piece-store.ts";
import { StoreError } from "../fetch/store-error.ts";
import { fileIn, fill, namesIn, partSuffix, readIn, removeIn, sizeIn, writeIn } from "./opfs-file.ts";

const label = "This browser's private file system";
/** A write takes seconds. What is older was left behind by a tab that died in the middle of one. */
const abandonedMs = 60 * 60 * 1000;

/**
 * Opens the piece store in the origin private file system, below `folder` of its `root`. Throws `unavailable` where there
 * is none, or where this thread can't write to it. `wallClockMs` is compared with the files' own times.
 */
export async function opfsPieceStore(
  root: () => Promise<FileSystemDirectoryHandle> = () => navigator.storage.getDirectory(),
  folder = "potluck",
  wallClockMs: () => number = () => Date.now(),
): Promise<PieceStore> {
  return attempt(async () => {
    const top = await (await root()).getDirectoryHandle(folder, { create: true });
    const open = (name: string): Promise<FileSystemDirectoryHandle> => top.getDirectoryHandle(name, { create: true });
    const store = new OpfsStore(await open("pieces"), await open("notes"));
    await store.sweep(wallClockMs());
    await store.prove();
    return store;
  });
}

class OpfsStore implements PieceStore {
  readonly label = label;
  readonly #pieces: FileSystemDirectoryHandle;
  readonly #notes: FileSystemDirectoryHandle;

  constructor(pieces: FileSystemDirectoryHandle, notes: FileSystemDirectoryHandle) {
    this.#pieces = pieces;
    this.#notes = notes;
  }

  has(sha256: string): Promise<boolean> {
    return attempt(async () => (await sizeIn(this.#pieces, pieceName(sha256))) !== null);
  }

  get(sha256: string, lengthBytes: number): Promise<Uint8Array | null> {
    return attempt(async () => {
      const name = pieceName(sha256);
      if ((await sizeIn(this.#pieces, name)) !== lengthBytes) return null;
      const bytes = await readIn(this.#pieces, name);
      return bytes?.length === lengthBytes ? bytes : null;
    });
  }

  put(sha256: string, bytes: Uint8Array): Promise<void> {
    return attempt(async () => {
      const name = pieceName(sha256);
      const isThere = async (): Promise<boolean> => (await sizeIn(this.#pieces, name)) === bytes.length;
      if (!(await isThere())) await writeIn(this.#pieces, name, bytes, isThere);
    });
  }

  delete(sha256: string): Promise<void> {
    return attempt(() => removeIn(this.#pieces, pieceName(sha256)));
  }

  usage(): Promise<{ pieces: number; bytes: number }> {
    return attempt(async () => {
      let pieces = 0;
      let bytes = 0;
      for (const name of await namesIn(this.#pieces)) {
        const size = name.endsWith(partSuffix) ? null : await sizeIn(this.#pieces, name);
        if (size === null) continue;
        pieces += 1;
        bytes += size;
      }
      return { pieces, bytes };
    });
  }

  clear(): Promise<void> {
    return attempt(async () => {
      for (const folder of [this.#pieces, this.#notes])
        for (const name of await namesIn(folder)) await removeIn(folder, name);
    });
  }

  note(name: string): Promise<string | null> {
    return attempt(async () => {
      const bytes = await readIn(this.#notes, pieceName(name));
      return bytes === null ? null : new TextDecoder().decode(bytes);
    });
  }

  setNote(name: string, text: string): Promise<void> {
    return attempt(() => {
      // A note is replaced, so nothing that is there already will do.
      const isThere = async (): Promise<boolean> => false;
      return writeIn(this.#notes, pieceName(name), new TextEncoder().encode(text), isThere);
    });
  }

  /** Deletes what writers left behind that died. */
  async sweep(nowMs: number): Promise<void> {
    for (const folder of [this.#pieces, this.#notes])
      for (const name of await namesIn(folder)) {
        if (!name.endsWith(partSuffix)) continue;
        const file = await fileIn(folder, name);
        if (file !== null && nowMs - file.lastModified > abandonedMs) await removeIn(folder, name);
      }
  }

  /** Some browsers give a folder in which this thread can't write a file. Better to know before a download. */
  async prove(): Promise<void> {
    const name = `${crypto.randomUUID()}${partSuffix}`;
    try {
      await fill(await this.#notes.getFileHandle(name, { create: true }), new Uint8Array(1));
    } finally {
      await removeIn(this.#notes, name);
    }
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw StoreError.from(error, label);
  }
}
