import type { WantedPiece } from "./wanted-piece.ts";

/** One request's worth of a file: pieces in order of offset, with small gaps between them at most. */
export interface ByteRange {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly pieces: readonly WantedPiece[];
}

export interface MergeLimits {
  readonly rangeBytes: number;
  readonly gapBytes: number;
}

export const usualMergeLimits: MergeLimits = {
  // A second or so on a usual line: long enough that a request's round trip does not count, short enough to spread over several.
  rangeBytes: 8 * 1024 * 1024,
  // Exporters pad tensors to pages. Reading over so little costs less than another request.
  gapBytes: 4096,
};

/** Merges pieces that follow each other in a file (MO32). Every piece is in exactly one range. */
export function mergeRanges(
  pieces: readonly WantedPiece[],
  { rangeBytes, gapBytes }: MergeLimits = usualMergeLimits,
): readonly ByteRange[] {
  const inOrder = pieces.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.offset - b.offset));
  const ranges: { path: string; from: number; to: number; pieces: WantedPiece[] }[] = [];
  for (const piece of inOrder) {
    const last = ranges.at(-1);
    const end = piece.offset + piece.lengthBytes;
    const joins =
      last?.path === piece.path &&
      piece.offset >= last.to &&
      piece.offset - last.to <= gapBytes &&
      end - last.from <= rangeBytes;
    if (joins) {
      last.pieces.push(piece);
      last.to = end;
    } else ranges.push({ path: piece.path, from: piece.offset, to: end, pieces: [piece] });
  }
  return ranges;
}
