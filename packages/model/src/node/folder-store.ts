import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pieceName, type PieceStore } from "../fetch/piece-store.ts";
import { StoreError } from "../fetch/store-error.ts";

/** A piece store in a folder, made when it is first written to. Several processes may share it. */
export function folderPieceStore(folder: string): PieceStore {
  const pieces = join(folder, "pieces");
  const notes = join(folder, "notes");

  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw StoreError.from(error, `The folder ${folder}`);
    }
  }

  /** A reader sees the file's old state or its new one: the bytes are written under another name and moved. */
  async function write(parent: string, name: string, bytes: Uint8Array | string): Promise<void> {
    await mkdir(parent, { recursive: true });
    const passing = join(parent, `${name}.${randomUUID()}.part`);
    try {
      await writeFile(passing, bytes, { flush: true });
      await rename(passing, join(parent, name));
    } catch (error) {
      await rm(passing, { force: true });
      throw error;
    }
  }

  const sizeOf = async (name: string): Promise<number | null> =>
    orNull(stat(join(pieces, name)).then((entry) => entry.size));

  return {
    label: folder,
    has: (sha256) => attempt(async () => (await sizeOf(pieceName(sha256))) !== null),
    get: (sha256, lengthBytes) =>
      attempt(async () => {
        const bytes = await orNull(readFile(join(pieces, pieceName(sha256))));
        return bytes?.length === lengthBytes ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : null;
      }),
    put: (sha256, bytes) =>
      attempt(async () => {
        const name = pieceName(sha256);
        if ((await sizeOf(name)) !== bytes.length) await write(pieces, name, bytes);
      }),
    delete: (sha256) => attempt(() => rm(join(pieces, pieceName(sha256)), { force: true })),
    usage: () =>
      attempt(async () => {
        const names = ((await orNull(readdir(pieces))) ?? []).filter((name) => !name.endsWith(".part"));
        // A piece may be deleted between the list and the look.
        const sizes = (await Promise.all(names.map((name) => sizeOf(name)))).filter((size) => size !== null);
        return { pieces: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
      }),
    clear: () =>
      attempt(async () => {
        await rm(pieces, { recursive: true, force: true });
        await rm(notes, { recursive: true, force: true });
      }),
    note: (name) => attempt(() => orNull(readFile(join(notes, pieceName(name)), "utf8"))),
    setNote: (name, text) => attempt(() => write(notes, pieceName(name), text)),
  };
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
}
