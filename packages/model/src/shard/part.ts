/** A contiguous run of a decoder's parts: perhaps the embedding, layers `from` to `to` exclusive, perhaps the head. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly embedding: boolean;
  readonly head: boolean;
}

export function describePart(part: Part): string {
  const layers = part.to - part.from;
  return [
    part.embedding ? "embedding" : "",
    layers === 0 ? "" : layers === 1 ? `layer ${part.from}` : `layers ${part.from} to ${part.to - 1}`,
    part.head ? "head" : "",
  ]
    .filter((s) => s !== "")
    .join(", ");
}
