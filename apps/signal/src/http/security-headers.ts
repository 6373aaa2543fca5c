import { createHash } from "node:crypto";

/**
 * Headers of every answer. The page may run WebAssembly and its own scripts and workers only, and may fetch from https
 * hosts because weights come from hubs. Cross-origin isolation lets WebAssembly use threads; hubs answer with CORS, so it
 * costs nothing. A page that frames the app needs its own route with other headers.
 *
 * @param inlineScripts scripts in index.html, allowed by their hash.
 * @param sources origins that models' files come from; named for those without https, as in a closed network.
 */
export function securityHeaders(
  inlineScripts: readonly string[],
  sources: readonly string[],
): Readonly<Record<string, string>> {
  const hashes = inlineScripts
    .map((text) => ` 'sha256-${createHash("sha256").update(text).digest("base64")}'`)
    .join("");
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' blob:${hashes}`,
    "worker-src 'self' blob:",
    ["connect-src 'self' ws: wss: https: blob: data:", ...new Set(sources)].join(" "),
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}

/** The texts of a page's inline scripts. */
export function inlineScriptsOf(html: string): readonly string[] {
  return Array.from(html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi), (match) => match[1] ?? "");
}
