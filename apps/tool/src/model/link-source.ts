import type { Manifest } from "@potluck/model";
import { copyFile, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Name of the folder beside a manifest that stands for the export's own folder. */
export const sourceFolder = "source";

/**
 * Makes `<folder>/source` lead to the export's folder, so that the manifest can be served at once. Where links can't be
 * made, the files that the manifest names are copied. `from` is absolute: the link must hold after `folder` is moved.
 */
export async function linkSource(
  folder: string,
  from: string,
  manifest: Manifest,
  link: typeof symlink = symlink,
): Promise<void> {
  const to = join(folder, sourceFolder);
  // Windows lets anybody make a junction, and only some a link; elsewhere the type means nothing.
  const isLinked = await link(from, to, "junction").then(
    () => true,
    () => false,
  );
  if (isLinked) return;
  for (const { path } of [...manifest.files, ...manifest.tokenizer]) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await copyFile(join(from, path), join(to, path));
  }
}
