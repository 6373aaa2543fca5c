import type { SideFile } from "../manifest/manifest.ts";
import { LoadError } from "./load-error.ts";
import { loadPieces, type LoadOptions } from "./load-pieces.ts";
import { wantedFile } from "./wanted-piece.ts";

/** No skeleton, tokenizer or known answers come near this; a manifest that says otherwise is broken or hostile. */
const largestBytes = 1024 * 1024 * 1024;

/**
 * A whole file that the manifest names, checked and kept like weights (MO36): skeleton and known answers from a source at
 * the manifest's folder, tokenizer files from one at `source.base`. Throws what `loadWeights` throws.
 */
export async function loadSideFile(file: SideFile, options: LoadOptions): Promise<Uint8Array> {
  if (!Number.isSafeInteger(file.sizeBytes) || file.sizeBytes < 0 || file.sizeBytes > largestBytes)
    throw new LoadError("bad-plan", `${file.path} can't be ${file.sizeBytes} bytes long. Make the manifest anew.`);
  const into = new Uint8Array(file.sizeBytes);
  if (file.sizeBytes > 0) await loadPieces([wantedFile(file)], into, options);
  return into;
}
