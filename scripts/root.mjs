import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The repository's folder, absolute. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Was this module started by `node scripts/x.mjs`, and not imported? */
export const isStartedDirectly = (moduleUrl) =>
  process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === moduleUrl;
