import type { PieceStore } from "./piece-store.ts";
import { wantedPieces, type WeightsPlan } from "./wanted-piece.ts";

/** How many of the plan's weight bytes the store holds; the rest would be downloaded. Hashes are not checked here. */
export async function cachedBytes(plan: WeightsPlan, store: PieceStore): Promise<number> {
  const wanted = wantedPieces(plan);
  const held = await Promise.all(wanted.map((piece) => store.has(piece.sha256)));
  return wanted.reduce((sum, piece, at) => sum + (held[at] === true ? piece.lengthBytes * piece.targets.length : 0), 0);
}
