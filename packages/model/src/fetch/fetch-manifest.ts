import type { Manifest } from "../manifest/manifest.ts";
import { parseManifest } from "../manifest/manifest-schema.ts";
import { SourceError } from "../read/byte-source.ts";
import { systemClock, type Clock } from "./clock.ts";
import { webDigest, type Digest } from "./digest.ts";
import { attempt, Interrupted, type Asked } from "./http-attempt.ts";
import type { PieceStore } from "./piece-store.ts";
import { StoreError } from "./store-error.ts";

export interface FetchManifestOptions {
  /** Remembers the last good manifest of each address. */
  readonly store: PieceStore;
  readonly fetch?: typeof fetch | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  readonly digest?: Digest | undefined;
  /** Throws when the value is no manifest. */
  readonly parse?: ((value: unknown) => Manifest) | undefined;
  /** Without a byte for this long, the remembered manifest is taken. */
  readonly stallMs?: number | undefined;
}

/** Somebody waits for the page; a remembered manifest is nearly always the current one. */
const usualStallMs = 8000;
/** A 70B model with a hash every 4 MiB comes to 5 MB. */
const largestBytes = 64 * 1024 * 1024;

/**
 * The manifest at an absolute address: from the network, or the last good one when the network is out or talks nonsense
 * (MO37). Throws a SourceError when there is neither, `not-found` when the server says that it is gone, and what `parse`
 * throws when only a broken one is to be had.
 */
export async function fetchManifest(url: string, options: FetchManifestOptions): Promise<Manifest> {
  const { store, signal, digest = webDigest, parse = parseManifest } = options;
  const name = await digest(new TextEncoder().encode(`manifest ${url}`));
  try {
    const text = await download(url, options);
    const manifest = parse(JSON.parse(text));
    await unlessStore(() => store.setNote(name, text));
    return manifest;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SourceError && error.fault !== "unreachable") throw error;
    const text = await unlessStore(() => store.note(name));
    if (text === null || text === undefined) throw error;
    try {
      return parse(JSON.parse(text));
    } catch {
      throw error;
    }
  }
}

async function download(url: string, options: FetchManifestOptions): Promise<string> {
  const { clock = systemClock, stallMs = usualStallMs, signal } = options;
  const doFetch = options.fetch ?? ((input, init) => fetch(input, init));
  const asked: Asked = { url, method: "GET", range: null, fresh: true, signal };
  try {
    const answer = await attempt({ fetch: doFetch, headers: {}, clock, stallMs }, asked);
    if (answer.kind !== "whole")
      throw new SourceError("not-found", `There is no manifest at ${url}. Check the model's address.`);
    const decoder = new TextDecoder("utf-8", { fatal: false });
    let text = "";
    for await (const chunk of answer.chunks) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > largestBytes) throw new SourceError("too-large", `${url} is too long for a manifest.`);
    }
    return text + decoder.decode();
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new SourceError(
      "unreachable",
      `${url} could not be had: ${error.message}. Check the connection and try again.`,
      { cause: error },
    );
  }
}

/** A store that fails costs the next visit, not this one. */
async function unlessStore<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}
