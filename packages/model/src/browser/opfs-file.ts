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

interface PageWritable {
  truncate(size: number): Promise<void>;
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

interface WritableHandle {
  createWritable?(): Promise<PageWritable>;
}

type EntryNames = AsyncIterable<[string, FileSystemHandle]>;

export const partSuffix = ".part";
/** Others hold a file for as long as one of their own calls takes, so a few tries get past them. */
const tries = 8;

/**
 * Writes a file as its readers see it: its old state or its new one. The bytes get another name first and are moved, unless
 * `isThere` says that somebody else has brought the same by then.
 */
export async function writeIn(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array,
  isThere: () => Promise<boolean>,
): Promise<void> {
  const passing = `${name}.${crypto.randomUUID()}${partSuffix}`;
  const handle: MovableHandle = await folder.getFileHandle(passing, { create: true });
  try {
    await fill(handle, bytes);
    for (let tried = 1; !(await isThere()); tried += 1) {
      try {
        if (handle.move !== undefined) {
          await handle.move(folder, name);
          return;
        }
        // In place, then: a torn write has the wrong length or fails the hash that every reader checks.
        await fill(await folder.getFileHandle(name, { create: true }), bytes);
        break;
      } catch (error) {
        if (!isNamed(error, "NoModificationAllowedError") || tried === tries) throw error;
      }
    }
    await removeIn(folder, passing);
  } catch (error) {
    // What went wrong first is what matters; the sweep takes what stays.
    await removeIn(folder, passing).catch(() => undefined);
    throw error;
  }
}

/** Overwrites one file, in whatever way this thread may. */
export async function fill(handle: FileSystemFileHandle, bytes: Uint8Array): Promise<void> {
  const sync: SyncHandle = handle;
  if (sync.createSyncAccessHandle !== undefined) {
    // Only dedicated workers have it; it writes without a swap file.
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
  if (paged.createWritable === undefined) throw new DOMException("this page may only read", "NotAllowedError");
  const writable = await paged.createWritable();
  try {
    // Asks for the space before any byte moves. In Chromium a write that meets the quota may break its pipe first and fail
    // with an AbortError that does not say why, and `navigator.storage.estimate()` does not tell how much is really left.
    await writable.truncate(bytes.length);
    await writable.write(bytes);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => undefined);
    throw error;
  }
}

export async function fileIn(folder: FileSystemDirectoryHandle, name: string): Promise<File | null> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (isNamed(error, "NotFoundError")) return null;
    throw error;
  }
}

export async function sizeIn(folder: FileSystemDirectoryHandle, name: string): Promise<number | null> {
  return (await fileIn(folder, name))?.size ?? null;
}

/** Null when it is not there, or is replaced again and again while it is read. */
export async function readIn(folder: FileSystemDirectoryHandle, name: string): Promise<Uint8Array | null> {
  for (let tried = 0; tried < tries; tried += 1) {
    const file = await fileIn(folder, name);
    if (file === null) return null;
    try {
      return new Uint8Array(await file.arrayBuffer());
    } catch (error) {
      // A file that was moved over since is another file.
      if (!isNamed(error, "NotReadableError") && !isNamed(error, "NotFoundError")) throw error;
    }
  }
  return null;
}

export async function removeIn(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name);
  } catch (error) {
    // Locked: another thread writes it right now and will take care of it.
    if (!isNamed(error, "NotFoundError") && !isNamed(error, "NoModificationAllowedError")) throw error;
  }
}

export async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const [name] of folder as unknown as EntryNames) names.push(name);
  return names;
}

const isNamed = (error: unknown, name: string): boolean => error instanceof DOMException && error.name === name;
