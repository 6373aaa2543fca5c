import { Turnstile } from "../turnstile.ts";

/**
 * onnxruntime-web keeps one WebAssembly instance a realm: two overlapping runs freeze it and two sessions at once corrupt
 * its memory, so every create, run and release in this realm passes here, whichever shard it is for.
 */
export const runtimeTurns: Turnstile = new Turnstile();
