import type { Manifest, SideFile } from "../manifest/manifest.ts";
import type { ShardPlan } from "../shard/shard.ts";
import { LoadError } from "./load-error.ts";

/** Some bytes of a file, and where they go. */
export interface WantedPiece {
  /** For messages: the tensor or file that they belong to. */
  readonly of: string;
  readonly path: string;
  readonly offset: number;
  readonly lengthBytes: number;
  readonly sha256: string;
  /** Offsets in the load's buffer: at least one, more when the same bytes are wanted in several places. */
  readonly targets: readonly [number, ...number[]];
}

/** As much of a {@link ShardPlan} as loading needs. */
export interface WeightsPlan extends Pick<ShardPlan, "weights" | "weightBytes"> {
  readonly manifest: Pick<Manifest, "files">;
}

/** The plan's pieces, each hash once. Throws `bad-plan` where the numbers contradict each other (MO35). */
export function wantedPieces(plan: WeightsPlan): readonly WantedPiece[] {
  const wanted = new Map<string, { piece: Omit<WantedPiece, "targets">; targets: [number, ...number[]] }>();
  for (const { tensor, at } of plan.weights) {
    const file = plan.manifest.files[tensor.file];
    const isWhole = tensor.pieces.reduce((sum, piece) => sum + piece.lengthBytes, 0) === tensor.lengthBytes;
    const numbers = [at, tensor.offset, ...tensor.pieces.map((piece) => piece.lengthBytes)];
    const fits = at + tensor.lengthBytes <= plan.weightBytes;
    const isThere = file !== undefined && tensor.offset + tensor.lengthBytes <= file.sizeBytes;
    if (!isWhole || !fits || !isThere || !numbers.every((value) => Number.isSafeInteger(value) && value >= 0))
      throw new LoadError(
        "bad-plan",
        `The place of "${tensor.name}" (${tensor.lengthBytes} bytes at ${tensor.offset} of ${file?.path ?? "no file"}) ` +
          "contradicts the manifest. The manifest must be made anew.",
      );
    let done = 0;
    for (const { lengthBytes, sha256 } of tensor.pieces) {
      const target = at + done;
      const offset = tensor.offset + done;
      done += lengthBytes;
      const twin = wanted.get(sha256);
      if (lengthBytes === 0) continue;
      if (twin === undefined) {
        const piece = { of: tensor.name, path: file.path, offset, lengthBytes, sha256 };
        wanted.set(sha256, { piece, targets: [target] });
      } else if (twin.piece.lengthBytes === lengthBytes) twin.targets.push(target);
      else throw new LoadError("bad-plan", `Two pieces of "${tensor.name}" claim one hash. Make the manifest anew.`);
    }
  }
  return Array.from(wanted.values(), ({ piece, targets }) => ({ ...piece, targets }));
}

/** A whole file as one piece at offset 0. */
export function wantedFile(file: SideFile): WantedPiece {
  const { path, sizeBytes, sha256 } = file;
  return { of: path, path, offset: 0, lengthBytes: sizeBytes, sha256, targets: [0] };
}
