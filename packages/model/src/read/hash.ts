import { type Piece, pieceBytes } from "../manifest/manifest.ts";
import type { ByteSource } from "./byte-source.ts";

/** Lower-case hex SHA-256. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest("SHA-256", Uint8Array.from(bytes));
  return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
}

/** Hashes a range piece by piece; at most one piece is in memory. */
export async function hashPieces(
  source: ByteSource,
  range: { readonly path: string; readonly offset: number; readonly lengthBytes: number },
  signal?: AbortSignal,
): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (let at = 0; at < range.lengthBytes; at += pieceBytes) {
    const lengthBytes = Math.min(pieceBytes, range.lengthBytes - at);
    const bytes = await source.read(range.path, range.offset + at, lengthBytes, signal);
    pieces.push({ lengthBytes, sha256: await sha256Hex(bytes) });
  }
  return pieces;
}
