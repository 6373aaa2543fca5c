import { type ByteSource, SourceError } from "./byte-source.ts";

/** Files held in memory; for tests and for small things that came another way. */
export function memorySource(files: ReadonlyMap<string, Uint8Array>, label = "memory"): ByteSource {
  return {
    label,
    size: (path) => Promise.resolve(files.get(path)?.byteLength ?? null),
    read(path, offset, length) {
      const file = files.get(path);
      if (file === undefined) return Promise.reject(new SourceError("not-found", `${label} has no file ${path}.`));
      if (offset < 0 || length < 0 || offset + length > file.byteLength) {
        return Promise.reject(
          new SourceError(
            "truncated",
            `${path} in ${label} has ${file.byteLength} bytes; bytes ${offset} to ${offset + length} were asked for.`,
          ),
        );
      }
      return Promise.resolve(file.slice(offset, offset + length));
    },
  };
}
