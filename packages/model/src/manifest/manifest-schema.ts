import * as v from "valibot";
import { type Manifest, MANIFEST_FORMAT, MANIFEST_VERSION, type PartName, pieceBytes } from "./manifest.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const text = v.pipe(v.string(), v.maxLength(1024));
const idPattern = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,95}$/;
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits"));
/** Relative, and never out of its folder. */
const relativePath = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(512),
  v.check(
    (path) =>
      !/[\p{Cc}\\:?#]/u.test(path) && path.split("/").every((step) => step !== "" && step !== "." && step !== ".."),
    "must be a plain relative path",
  ),
);
const dtype = v.picklist(["f32", "f16"]);
const sideFileEntries = { path: relativePath, sizeBytes: count, sha256 };
const partSchema = v.object({ tensors: v.array(count), weightBytes: count });
const partName: v.GenericSchema<unknown, PartName> = v.union([count, v.literal("embedding"), v.literal("head")]);

const shapeSchema = v.object({
  format: v.literal(MANIFEST_FORMAT),
  version: v.literal(
    MANIFEST_VERSION,
    `must be ${MANIFEST_VERSION}; write the manifest again with this version of Potluck`,
  ),
  id: v.pipe(v.string(), v.regex(idPattern, "must be 1 to 96 letters, digits, dots, underscores, dashes")),
  name: text,
  dtype: text,
  source: v.object({
    repository: text,
    revision: text,
    base: v.pipe(text, v.endsWith("/", "must end in a slash")),
    licence: v.nullable(text),
  }),
  architecture: v.object({
    layerCount: v.pipe(positive, v.maxValue(1024)),
    hiddenSize: positive,
    vocabSize: positive,
    maxPositions: positive,
    activation: dtype,
    attention: v.picklist(["gqa", "plain"]),
    kv: v.array(v.object({ kvHeads: positive, headDim: positive, dtype })),
    stopTokens: v.array(count),
  }),
  files: v.array(v.object({ path: relativePath, sizeBytes: count })),
  tensors: v.array(
    v.object({
      name: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
      file: count,
      offset: count,
      lengthBytes: positive,
      pieces: v.array(v.object({ lengthBytes: v.pipe(positive, v.maxValue(pieceBytes)), sha256 })),
    }),
  ),
  layers: v.array(partSchema),
  embedding: partSchema,
  head: partSchema,
  shared: v.array(v.object({ tensor: count, usedBy: v.array(partName) })),
  cuts: v.array(v.object({ layer: count, tensors: v.union([v.strictTuple([text]), v.strictTuple([text, text])]) })),
  skeleton: v.object(sideFileEntries),
  tokenizer: v.array(
    v.object({
      ...sideFileEntries,
      role: v.picklist([
        "tokenizer",
        "tokenizer-config",
        "special-tokens-map",
        "generation-config",
        "config",
        "chat-template",
      ]),
    }),
  ),
  knownAnswers: v.object({
    file: v.object(sideFileEntries),
    promptIds: v.pipe(v.array(count), v.minLength(1), v.maxLength(64)),
    tolerance: v.pipe(v.number(), v.finite(), v.minValue(0)),
  }),
});

type Shape = v.InferOutput<typeof shapeSchema>;

/** Whether the manifest's numbers agree with each other. Returns what does not, or null. */
function findContradiction(m: Shape): string | null {
  const { layerCount, kv, vocabSize } = m.architecture;
  if (kv.length !== layerCount || m.layers.length !== layerCount)
    return `layers and cache shapes must number ${layerCount}`;
  if (m.cuts.length !== layerCount + 1 || m.cuts.some((cut, i) => cut.layer !== i))
    return `cuts must be 0 to ${layerCount}`;
  if (new Set(m.tensors.map((t) => t.name)).size !== m.tensors.length) return "two tensors have the same name";
  for (const t of m.tensors) {
    const file = m.files[t.file];
    if (file === undefined) return `tensor "${t.name}" is in file ${t.file}, of ${m.files.length}`;
    if (t.offset + t.lengthBytes > file.sizeBytes) return `tensor "${t.name}" ends beyond its file "${file.path}"`;
    if (t.pieces.reduce((sum, p) => sum + p.lengthBytes, 0) !== t.lengthBytes)
      return `the pieces of tensor "${t.name}" don't add up`;
  }
  const owners = new Set<number>();
  for (const part of [m.embedding, ...m.layers, m.head]) {
    let bytes = 0;
    for (const tensor of part.tensors) {
      if (owners.has(tensor)) return `tensor ${tensor} belongs to two parts`;
      owners.add(tensor);
      bytes += m.tensors[tensor]?.lengthBytes ?? Number.NaN;
    }
    if (bytes !== part.weightBytes) return "a part's weights don't add up to its weightBytes";
  }
  for (const { tensor, usedBy } of m.shared) {
    if (m.tensors[tensor] === undefined || owners.has(tensor))
      return `shared tensor ${tensor} is unknown or belongs to a part`;
    owners.add(tensor);
    if (usedBy.some((part) => typeof part === "number" && part >= layerCount))
      return `shared tensor ${tensor} is used by a layer that is not there`;
  }
  if (owners.size !== m.tensors.length) return "a tensor belongs to no part";
  if (m.knownAnswers.promptIds.some((id) => id >= vocabSize))
    return "the known prompt has a token beyond the vocabulary";
  return null;
}

/** Whether a manifest may have this id: 1 to 96 letters, digits, dots, underscores and dashes, not a sign first. */
export function isModelId(text: string): boolean {
  return idPattern.test(text);
}

/** Parses a manifest that came from outside. Throws a {@link ManifestError} that names the field. */
export function parseManifest(json: unknown): Manifest {
  const parsed = v.safeParse(shapeSchema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new ManifestError(`The manifest's field "${v.getDotPath(issue) ?? "(whole)"}" is wrong: ${issue.message}`);
  }
  const contradiction = findContradiction(parsed.output);
  if (contradiction !== null) throw new ManifestError(`The manifest contradicts itself: ${contradiction}.`);
  return parsed.output;
}

/** A manifest that can't be believed, with the field in the sentence. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
}
