import { pieceName, type PieceStore } from "../fetch/piece-store.ts";
import { StoreError } from "../fetch/store-error.ts";

/** What TypeScript's DOM does not know: every browser with a private file system can move files within it. */
interface MovableHandle extends FileSystemFileHandle {
  move?(parent: FileSystemDirectoryHandle, name: string): Promise<void>;
}

interface SyncAccessHandle {
  truncate(size: number): void;
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}

interface SyncHandle extends FileSystemFileHandle {
  createSyncAccessHandle?(): Promise<SyncAccessHandle>;
}

interface WritableHandle {
  createWritable?(): Promise<{
    write(bytes: Uint8Array): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
}

type EntryNames = AsyncIterable<[string, FileSystemHandle]>;

const label = "This browser's private file system";
const partSuffix = ".part";
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
    return attempt(async () => (await fileIn(this.#pieces, pieceName(sha256))) !== null);
  }

  get(sha256: string, lengthBytes: number): Promise<Uint8Array | null> {
    return attempt(async () => {
      const file = await fileIn(this.#pieces, pieceName(sha256));
      return file?.size === lengthBytes ? new Uint8Array(await file.arrayBuffer()) : null;
    });
  }

  put(sha256: string, bytes: Uint8Array): Promise<void> {
    return attempt(async () => {
      const name = pieceName(sha256);
      if ((await fileIn(this.#pieces, name))?.size !== bytes.length) await write(this.#pieces, name, bytes);
    });
  }

  delete(sha256: string): Promise<void> {
    return attempt(() => remove(this.#pieces, pieceName(sha256)));
  }

  usage(): Promise<{ pieces: number; bytes: number }> {
    return attempt(async () => {
      let pieces = 0;
      let bytes = 0;
      for (const name of await namesIn(this.#pieces)) {
        const file = name.endsWith(partSuffix) ? null : await fileIn(this.#pieces, name);
        if (file === null) continue;
        pieces += 1;
        bytes += file.size;
      }
      return { pieces, bytes };
    });
  }

  clear(): Promise<void> {
    return attempt(async () => {
      for (const folder of [this.#pieces, this.#notes])
        for (const name of await namesIn(folder)) await remove(folder, name);
    });
  }

  note(name: string): Promise<string | null> {
    return attempt(async () => (await (await fileIn(this.#notes, pieceName(name)))?.text()) ?? null);
  }

  setNote(name: string, text: string): Promise<void> {
    return attempt(() => write(this.#notes, pieceName(name), new TextEncoder().encode(text)));
  }

  /** Deletes what writers left behind that died. */
  async sweep(nowMs: number): Promise<void> {
    for (const folder of [this.#pieces, this.#notes])
      for (const name of await namesIn(folder)) {
        if (!name.endsWith(partSuffix)) continue;
        const file = await fileIn(folder, name);
        if (file !== null && nowMs - file.lastModified > abandonedMs) await remove(folder, name);
      }
  }

  /** Some browsers give a folder in which this thread can't write a file. Better to know before a download. */
  async prove(): Promise<void> {
    const name = `${crypto.randomUUID()}${partSuffix}`;
    try {
      await fill(await this.#notes.getFileHandle(name, { create: true }), new Uint8Array(1));
    } finally {
      await remove(this.#notes, name);
    }
  }
}

/** Readers see nothing or all of it: the bytes are written under another name, and moved. */
async function write(folder: FileSystemDirectoryHandle, name: string, bytes: Uint8Array): Promise<void> {
  const passing = `${name}.${crypto.randomUUID()}${partSuffix}`;
  const handle: MovableHandle = await folder.getFileHandle(passing, { create: true });
  try {
    await fill(handle, bytes);
    if (handle.move === undefined) {
      // In place, then: a torn write has the wrong length or fails the hash that every reader checks.
      await fill(await folder.getFileHandle(name, { create: true }), bytes);
      await remove(folder, passing);
    } else await handle.move(folder, name);
  } catch (error) {
    await remove(folder, passing);
    throw error;
  }
}

async function fill(handle: FileSystemFileHandle, bytes: Uint8Array): Promise<void> {
  const sync: SyncHandle = handle;
  if (sync.createSyncAccessHandle !== undefined) {
    // Only dedicated workers have it; it writes without a swap file, several times faster.
    const access = await sync.createSyncAccessHandle();
    try {
      access.truncate(0);
      const written = access.write(bytes, { at: 0 });
      if (written !== bytes.length) throw new DOMException("the file could not grow", "QuotaExceededError");
      access.flush();
    } finally {
      access.close();
    }
    return;
  }
  const paged = handle as unknown as WritableHandle;
  if (paged.createWritable === undefined) throw new StoreError("unavailable", `${label} is read-only in this page.`);
  const writable = await paged.createWritable();
  try {
    await writable.write(bytes);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => undefined);
    throw error;
  }
}

async function fileIn(folder: FileSystemDirectoryHandle, name: string): Promise<File | null> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function remove(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name);
  } catch (error) {
    // Locked: another thread writes it right now and will take care of it.
    if (!isMissing(error) && (error as DOMException).name !== "NoModificationAllowedError") throw error;
  }
}

async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const [name] of folder as unknown as EntryNames) names.push(name);
  return names;
}

const isMissing = (error: unknown): boolean => error instanceof DOMException && error.name === "NotFoundError";

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw StoreError.from(error, label);
  }
}
