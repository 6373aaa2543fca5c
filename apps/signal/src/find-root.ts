import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The repository's folder: the nearest one, from where this code runs upwards, that holds the shipped models; from source
 * and from a bundle alike. `POTLUCK_ROOT` says otherwise. Null when there is none.
 */
export function findRoot(startUrl: string, override: string | undefined): string | null {
  if (override) return override;
  for (let folder = dirname(fileURLToPath(startUrl)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "packages", "demo-model", "manifests"))) return folder;
    if (dirname(folder) === folder) return null;
  }
}
