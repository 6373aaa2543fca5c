import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { gzipSync } from "node:zlib";

export interface FirstLoad {
  /** Every script that the browser loads before anybody clicks, relative to the built app. */
  readonly scripts: readonly string[];
  readonly gzipBytes: number;
}

/** What `index.html` loads: its module scripts, its module preloads, and whatever those import statically. */
export async function measureFirstLoad(dist: string): Promise<FirstLoad> {
  const html = await readFile(join(dist, "index.html"), "utf8").catch(() => {
    throw new Error(`There is no built app in ${dist}. Run \`npm run build\` first.`);
  });
  const queue = [
    ...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g),
    ...html.matchAll(/<link\b[^>]*\brel="modulepreload"[^>]*\bhref="([^"]+)"/g),
  ].map(([, url = ""]) => url.replace(/^\//, ""));
  const scripts = new Set<string>();
  let gzipBytes = 0;
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (scripts.has(path)) continue;
    scripts.add(path);
    const source = await readFile(join(dist, path), "utf8");
    gzipBytes += gzipSync(source).length;
    for (const url of staticImports(source)) queue.push(posix.join(posix.dirname(path), url));
  }
  return { scripts: [...scripts].toSorted(), gzipBytes };
}

/** Relative specifiers of `import … from`, `export … from` and `import "…"`; `import(…)` waits for its moment. */
export function staticImports(source: string): string[] {
  return [...source.matchAll(/(?:\bfrom|\bimport)\s*["'](\.{1,2}\/[^"']+)["']/g)].map(([, url = ""]) => url);
}
