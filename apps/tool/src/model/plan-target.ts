import { isModelId } from "@potluck/model";
import { existsSync, realpathSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "./usage-error.ts";

/** Manifests that ship lie apart from their export, whose folder the server knows. */
const shippedManifests = fileURLToPath(new URL("../../../../packages/demo-model/manifests/", import.meta.url));

export interface TargetFlags {
  readonly out: string;
  readonly id?: string;
  readonly base?: string;
  readonly force?: true;
}

/** Where a manifest goes, under which id, and which folder its `source/` must lead to. */
export interface Target {
  readonly folder: string;
  /** Undefined: what the export is called. */
  readonly id: string | undefined;
  /** Absolute path of the export; null when nothing is to lie beside the manifest. */
  readonly source: string | null;
}

/**
 * Reads the flags of `manifest`. `from` is the export's folder on this machine, null for one elsewhere. The server finds
 * a model by its folder's name, so that name is the id where it can be one. Throws a {@link UsageError}.
 */
export function planTarget(flags: TargetFlags, from: string | null): Target {
  const folder = resolve(flags.out);
  if (existsSync(folder) && !(flags.force === true && existsSync(join(folder, "manifest.json")))) {
    throw new UsageError(`${flags.out} exists already. Choose another folder, or replace a manifest with --force.`);
  }
  if (flags.id !== undefined && !isModelId(flags.id)) {
    throw new UsageError(
      `--id ${flags.id} can't be an id: take 1 to 96 letters, digits, dots, underscores and dashes.`,
    );
  }
  const source = from === null ? null : realpathSync(from);
  // Replacing the old folder would take the export away with it.
  if (source !== null && existsSync(folder) && isInside(source, realpathSync(folder))) {
    throw new UsageError(
      `${flags.out} holds the export itself and can't be replaced. Move the export out of it first.`,
    );
  }
  const name = basename(folder);
  return {
    folder,
    id: flags.id ?? (isModelId(name) ? name : undefined),
    source: flags.base === undefined && !isInside(folder, resolve(shippedManifests)) ? source : null,
  };
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
