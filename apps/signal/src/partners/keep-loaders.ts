import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "./write-atomically.ts";

/** A loader's name with a hash of its content. */
const versionedLoader = /^v1\.[\w-]+\.js$/;

/**
 * Copies this build's versioned loader to where builds don't empty the folder: a page that names it with its integrity gets
 * it after later builds too. Throws when the folder can't be written.
 */
export async function keepLoaders(embedRoot: string, keptRoot: string): Promise<void> {
  const built = (await readdir(embedRoot).catch(() => [])).filter((name) => versionedLoader.test(name));
  if (built.length === 0) return;
  await mkdir(keptRoot, { recursive: true });
  const kept = new Set(await readdir(keptRoot));
  for (const name of built) {
    if (!kept.has(name)) await writeAtomically(join(keptRoot, name), await readFile(join(embedRoot, name), "utf8"));
  }
}
