import * as v from "valibot";
import { checkFile, parseJsonFile } from "../files/check-file.ts";
import { TextError } from "../text-error.ts";
import { type LoadedTextFile, type TextFileRef, textFileRefSchema } from "./text-file.ts";

/** The part of `fetch` that is needed here. */
export type FetchText = (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>;

/** Where a model's text files are: its manifest, or the files themselves. */
export type TextSource =
  | { readonly manifestUrl: string }
  | { readonly base: string; readonly files: readonly TextFileRef[] };

const manifestPartSchema = v.looseObject({
  source: v.looseObject({ base: v.string() }),
  tokenizer: v.array(textFileRefSchema),
});

const unreachable = (url: string, reason: string, cause?: unknown): TextError =>
  new TextError(
    "unreachable",
    `${url} can't be loaded (${reason}). Check the connection and try again.`,
    cause === undefined ? undefined : { cause },
  );

/** Reads a whole body; stops as soon as it is longer than it may be, with what it has. */
const readBody = async (response: Response, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> => {
  if (response.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  while (length <= limitBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  await reader.cancel();
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
};

const load = async (
  fetch: FetchText,
  url: string,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> => {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) throw unreachable(url, `HTTP ${response.status}`);
    return await readBody(response, limitBytes);
  } catch (cause) {
    if (cause instanceof TextError || signal.aborted) throw cause;
    throw unreachable(url, cause instanceof Error ? cause.message : String(cause), cause);
  }
};

/** Manifests list every weight piece with its hash; hundreds of megabytes would be a mistake. */
const largestManifestBytes = 64 * 1024 * 1024;

/**
 * Downloads a model's text files; their hashes are not checked here. `pageUrl`: what a relative manifest URL is relative to.
 * Throws {@link TextError} `unreachable` or `bad-file`, and the signal's reason.
 */
export const fetchTextFiles = async (
  source: TextSource,
  { fetch, signal, pageUrl }: { readonly fetch: FetchText; readonly signal: AbortSignal; readonly pageUrl: string },
): Promise<readonly LoadedTextFile[]> => {
  let base: string;
  let files: readonly TextFileRef[];
  if ("manifestUrl" in source) {
    const url = new URL(source.manifestUrl, pageUrl).href;
    const text = new TextDecoder().decode(await load(fetch, url, largestManifestBytes, signal));
    const manifest = checkFile(manifestPartSchema, url, parseJsonFile(url, text));
    base = new URL(manifest.source.base, url).href;
    files = manifest.tokenizer;
  } else {
    base = new URL(source.base, pageUrl).href;
    files = checkFile(v.array(textFileRefSchema), "The list of tokenizer files", source.files);
  }
  return await Promise.all(
    files.map(async (file) => ({
      ...file,
      bytes: await load(fetch, new URL(file.path, base).href, file.sizeBytes, signal),
    })),
  );
};
