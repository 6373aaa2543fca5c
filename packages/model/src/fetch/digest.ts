import { LoadError } from "./load-error.ts";

/** SHA-256 of bytes, in lower-case hex. */
export type Digest = (bytes: Uint8Array) => Promise<string>;

/** The platform's own SHA-256. Browsers have it on https pages and on localhost only. */
export const webDigest: Digest = async (bytes) => {
  const { subtle } = globalThis.crypto as { readonly subtle?: SubtleCrypto };
  if (subtle === undefined)
    throw new LoadError("no-digest", "This page can't check what it downloads. Open it over https, or on localhost.");
  const hash = new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
};
