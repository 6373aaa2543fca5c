import { type BuiltManifest, knownAnswersPath, skeletonPath } from "@potluck/model/read";
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { linkSource } from "./link-source.ts";
import { renderJson } from "./render-json.ts";

/**
 * Writes a manifest's folder whole or not at all: beside its place first, then moved there. Replaces an older one. With the
 * absolute path of an export's folder, `source/` leads there.
 */
export async function writeManifest(folder: string, built: BuiltManifest, source: string | null = null): Promise<void> {
  const target = resolve(folder);
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  const fresh = await mkdtemp(join(parent, `.${basename(target)}-`));
  try {
    await writeFile(join(fresh, skeletonPath), built.skeleton);
    await writeFile(join(fresh, knownAnswersPath), built.knownAnswers);
    await writeFile(join(fresh, "manifest.json"), renderJson(built.manifest));
    if (source !== null) await linkSource(fresh, source, built.manifest);
    // Temporary folders are made for their owner alone.
    await chmod(fresh, 0o755);
    await replace(fresh, target);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
}

/** A folder can't be renamed over another that holds files, so the old one steps aside first, and comes back on failure. */
async function replace(fresh: string, target: string): Promise<void> {
  const old = `${fresh}-old`;
  const hadOld = await rename(target, old).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(fresh, target);
  } catch (error) {
    if (hadOld) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
