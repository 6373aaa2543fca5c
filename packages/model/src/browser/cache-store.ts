import { pieceName, type PieceStore } from "../fetch/piece-store.ts";
import { StoreError } from "../fetch/store-error.ts";

const label = "This browser's Cache Storage";
const lengthHeader = "x-length-bytes";

/**
 * The piece store in Cache Storage, for browsers whose private file system can't be written. Throws `unavailable` where
 * there is none. The browser itself makes puts atomic.
 */
export async function cachePieceStore(
  caches: CacheStorage | undefined = globalThis.caches,
  name = "potluck-pieces-1",
): Promise<PieceStore> {
  if (caches === undefined) throw new StoreError("unavailable", `${label} is missing. Open the page over https.`);
  // Keys have to look like addresses; nothing is ever asked of these.
  const pieceKey = (sha256: string): string => `https://potluck.invalid/pieces/${pieceName(sha256)}`;
  const noteKey = (name: string): string => `https://potluck.invalid/notes/${pieceName(name)}`;
  const cache = await attempt(() => caches.open(name));
  const lengthOf = (response: Response | undefined): number => Number(response?.headers.get(lengthHeader) ?? -1);
  const find = (key: string): Promise<Response | undefined> => cache.match(key);
  const keep = (key: string, bytes: Uint8Array | string): Promise<void> => {
    const body = typeof bytes === "string" ? new TextEncoder().encode(bytes) : (bytes as Uint8Array<ArrayBuffer>);
    return cache.put(key, new Response(body, { headers: { [lengthHeader]: String(body.length) } }));
  };

  return {
    label,
    has: (sha256) => attempt(async () => (await find(pieceKey(sha256))) !== undefined),
    get: (sha256, lengthBytes) =>
      attempt(async () => {
        const found = await find(pieceKey(sha256));
        if (found === undefined || lengthOf(found) !== lengthBytes) return null;
        const bytes = new Uint8Array(await found.arrayBuffer());
        return bytes.length === lengthBytes ? bytes : null;
      }),
    put: (sha256, bytes) =>
      attempt(async () => {
        const key = pieceKey(sha256);
        if (lengthOf(await find(key)) !== bytes.length) await keep(key, bytes);
      }),
    delete: (sha256) => attempt(async () => void (await cache.delete(pieceKey(sha256)))),
    usage: () =>
      attempt(async () => {
        const keys = (await cache.keys()).filter((request) => new URL(request.url).pathname.startsWith("/pieces/"));
        let bytes = 0;
        for (const key of keys) bytes += Math.max(0, lengthOf(await cache.match(key)));
        return { pieces: keys.length, bytes };
      }),
    clear: () =>
      attempt(async () => {
        for (const key of await cache.keys()) await cache.delete(key);
      }),
    note: (name) => attempt(async () => (await (await find(noteKey(name)))?.text()) ?? null),
    setNote: (name, text) => attempt(() => keep(noteKey(name), text)),
  };
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw StoreError.from(error, label);
  }
}
