import type { SiteKey } from "@potluck/protocol";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";

const host = "https://YOUR-HOST";
const integritySchema = v.pipe(v.string(), v.parseJson(), v.object({ file: v.string(), integrity: v.string() }));

/** What the partner puts into its pages: the evergreen tag, and the versioned one where the loader is built. */
export async function scriptTags(site: SiteKey, embedRoot: string): Promise<string> {
  const evergreen = `<script async src="${host}/embed/v1.js" data-site="${site}"></script>`;
  const text = await readFile(join(embedRoot, "integrity.json"), "utf8").catch(() => "");
  const built = v.safeParse(integritySchema, text);
  if (!built.success) return evergreen;
  const { file, integrity } = built.output;
  const versioned = `<script async src="${host}/embed/${file}" integrity="${integrity}" crossorigin="anonymous" data-site="${site}"></script>`;
  return `${evergreen}\n\nOr, pinned to this version of it:\n${versioned}`;
}
