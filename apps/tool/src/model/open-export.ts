import { httpSource } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import type { ByteSource } from "@potluck/model/read";
import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { UsageError } from "./usage-error.ts";

/** Where an export is, and what a manifest says of it. */
export interface OpenedExport {
  readonly source: ByteSource;
  readonly repository: string;
  readonly revision: string;
  /** Base URL for tabs; null for a folder, which only the person who serves it knows. */
  readonly base: string | null;
  /** Absolute path of a folder on this machine; null for a URL. */
  readonly folder: string | null;
}

/**
 * Opens a folder, any URL of a folder, or a hub repository's page (`https://huggingface.co/org/name[/tree/revision]`). Throws a
 * {@link UsageError} for a folder that is not there and for what is no URL.
 */
export function openExport(place: string, revision = "main"): OpenedExport {
  if (!/^https?:\/\//.test(place)) {
    const folder = resolve(place);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new UsageError(
        `There is no such folder: ${folder}. Give a folder, or a whole URL such as https://huggingface.co/org/name.`,
      );
    }
    return { source: folderSource(folder), repository: basename(folder), revision: "local", base: null, folder };
  }
  if (!URL.canParse(place)) throw new UsageError(`${place} is no URL. One looks like https://huggingface.co/org/name.`);
  const url = new URL(place);
  const [, organisation, name, kind, named] = url.pathname.split("/");
  const isHub = url.hostname === "huggingface.co" && organisation !== undefined && name !== undefined && name !== "";
  if (!isHub) {
    const base = place.endsWith("/") ? place : `${place}/`;
    return {
      source: httpSource(base),
      repository: url.hostname + url.pathname.replace(/\/$/, ""),
      revision: "unknown",
      base,
      folder: null,
    };
  }
  const at = (kind === "tree" || kind === "resolve") && named !== undefined && named !== "" ? named : revision;
  const base = `${url.origin}/${organisation}/${name}/resolve/${at}/`;
  return { source: httpSource(base), repository: `${organisation}/${name}`, revision: at, base, folder: null };
}
