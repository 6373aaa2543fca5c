/** Tokenizing off the page's thread: a {@link TextServer} behind comlink. */
import { expose } from "comlink";
import { createTextServer } from "./remote/text-server.ts";
import { TextError } from "./text-error.ts";

expose(
  createTextServer(async (bytes) => {
    // The type says that it is always there; browsers leave it out on plain http.
    const subtle = globalThis.crypto.subtle as SubtleCrypto | undefined;
    if (subtle === undefined) {
      throw new TextError(
        "insecure-page",
        "The browser can check files only over https or on localhost. Open the page so.",
      );
    }
    return await subtle.digest("SHA-256", bytes);
  }),
);
