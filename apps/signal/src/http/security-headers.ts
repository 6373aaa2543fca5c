import { createHash } from "node:crypto";

/** What one page of ours runs and loads. */
export interface PageContent {
  /** Its inline scripts, allowed by their hash. */
  readonly inlineScripts: readonly string[];
  /** Origins that models' files come from; named for those without https, as in a closed network. */
  readonly sources: readonly string[];
}

/**
 * Headers of every answer. The page may run WebAssembly and its own scripts and workers only, and may fetch from https
 * hosts because weights come from hubs. Cross-origin isolation lets WebAssembly use threads; hubs answer with CORS, so it
 * costs nothing.
 */
export function securityHeaders(content: PageContent): Readonly<Record<string, string>> {
  return {
    "content-security-policy": policyOf(content, "'self'"),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}

/**
 * Headers of the page in a partner's frame: the app's, but that the pages of these origins may show it, isolated ones too.
 *
 * @param origins as registered; null lets any page show it, for a page that holds nothing but a reason.
 */
export function frameHeaders(
  content: PageContent,
  origins: readonly string[] | null,
): Readonly<Record<string, string>> {
  const { "cross-origin-opener-policy": _, ...headers } = securityHeaders(content);
  return {
    ...headers,
    "content-security-policy": policyOf(content, origins === null ? "*" : origins.join(" ")),
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "no-store",
  };
}

/** The texts of a page's inline scripts. */
export function inlineScriptsOf(html: string): readonly string[] {
  const scripts = html.matchAll(
    /<script(?![^>]*\ssrc=)(?![^>]*\stype="application\/json")[^>]*>([\s\S]*?)<\/script>/gi,
  );
  return Array.from(scripts, (match) => match[1] ?? "");
}

function policyOf({ inlineScripts, sources }: PageContent, ancestors: string): string {
  const hashes = inlineScripts
    .map((text) => ` 'sha256-${createHash("sha256").update(text).digest("base64")}'`)
    .join("");
  return [
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
    `frame-ancestors ${ancestors}`,
  ].join("; ");
}
