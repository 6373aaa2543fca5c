import type { Manifest } from "../manifest/manifest.ts";
import { httpSource, type HttpSourceOptions } from "./http-source.ts";
import type { StreamingSource } from "./streaming-source.ts";

export interface ModelSources {
  /** The manifest's own folder: skeleton and known answers. */
  readonly beside: StreamingSource;
  /** The export's files: weights and tokenizer. */
  readonly files: StreamingSource;
}

/** Where a manifest's files come from, given the absolute address that the manifest came from. */
export function modelSources(
  manifestUrl: string,
  manifest: Pick<Manifest, "source">,
  options: Omit<HttpSourceOptions, "hub" | "revision"> = {},
): ModelSources {
  const plain = { ...options, hub: false };
  return {
    beside: httpSource(new URL("./", manifestUrl).href, plain),
    files: httpSource(new URL(manifest.source.base, manifestUrl).href, plain),
  };
}
