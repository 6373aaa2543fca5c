import { type FileHandle, open } from "node:fs/promises";
import { isAbsolute, join, normalize, sep } from "node:path";
import { type ByteSource, SourceError } from "../read/byte-source.ts";

/** A folder on disk. Paths use forward slashes and never leave the folder. */
export function folderSource(folder: string): ByteSource {
  const withFile = async <T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T | null> => {
    const file = await open(resolveInside(folder, path)).catch((cause: unknown) => {
      if (isMissing(cause)) return null;
      throw new SourceError("denied", `${path} in ${folder} can't be opened; check its permissions.`, { cause });
    });
    if (file === null) return null;
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  };
  return {
    label: folder,
    async size(path, signal) {
      signal?.throwIfAborted();
      return withFile(path, async (file) => {
        const stat = await file.stat();
        return stat.isFile() ? stat.size : null;
      });
    },
    async read(path, offset, length, signal) {
      signal?.throwIfAborted();
      const bytes = await withFile(path, async (file) => {
        const into = new Uint8Array(length);
        let got = 0;
        while (got < length) {
          const { bytesRead } = await file.read(into, got, length - got, offset + got);
          if (bytesRead === 0) {
            throw new SourceError(
              "truncated",
              `${path} in ${folder} ends at byte ${offset + got}; bytes ${offset} to ${offset + length} were asked for.`,
            );
          }
          got += bytesRead;
        }
        return into;
      });
      if (bytes === null) throw new SourceError("not-found", `${folder} has no file ${path}.`);
      return bytes;
    },
  };
}

function resolveInside(folder: string, path: string): string {
  const inside = normalize(path);
  if (isAbsolute(path) || inside === ".." || inside.startsWith(`..${sep}`)) {
    throw new SourceError("denied", `${path} lies outside ${folder}; files are only read from inside it.`);
  }
  return join(folder, inside);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
