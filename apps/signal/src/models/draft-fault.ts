import type { Manifest } from "@potluck/model";

type DraftFacts = Pick<Manifest, "architecture" | "tokenizer">;

/**
 * Why one model can't guess for another, for a log line; null when it can (SD10). A guess is an id, so both must mean the same
 * by each: equal tokenizer files, equally many logits. And a draft must read as far as the model does.
 */
export function draftFault(model: DraftFacts, draft: DraftFacts): string | null {
  const files = vocabularyOf(model);
  if (files.length === 0 || files.join() !== vocabularyOf(draft).join()) return "its tokenizer is another";
  if (model.architecture.vocabSize !== draft.architecture.vocabSize) return "its vocabulary has another size";
  const { maxPositions } = draft.architecture;
  if (maxPositions < model.architecture.maxPositions) return `it reads only ${maxPositions} positions`;
  return null;
}

/** Hashes of what gives ids their meaning; configurations and templates may differ. */
function vocabularyOf({ tokenizer }: DraftFacts): readonly string[] {
  return tokenizer
    .filter(({ role }) => role === "tokenizer")
    .map(({ sha256 }) => sha256)
    .sort();
}
