import { SourceError } from "../read/byte-source.ts";

export interface BaseOptions {
  /** Whether `<origin>/<org>/<name>` is a repository of the hub's protocol. Default: only on huggingface.co. */
  readonly hub?: boolean | undefined;
  /** Branch, tag or commit, where the address itself names none. Default `main`. */
  readonly revision?: string | undefined;
}

/**
 * The URL that paths are relative to, ending in a slash: `https://huggingface.co/<org>/<name>` becomes
 * `…/resolve/main/`, its `/tree/<revision>` pages `…/resolve/<revision>/`; any other address stays a plain folder.
 * Throws a SourceError for what is no http(s) address.
 */
export function baseUrl(base: string, options: BaseOptions = {}): string {
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new SourceError("denied", `"${base}" is not an http or https address. Give the address of a model's folder.`);
  url.hash = "";
  url.search = "";
  const parts = url.pathname.split("/").filter((part) => part !== "");
  const isHub = options.hub ?? (url.hostname === "huggingface.co" || url.hostname === "hf.co");
  if (isHub) {
    const at = parts.findIndex((part, index) => index <= 2 && ["resolve", "tree", "blob"].includes(part));
    if (at === -1) parts.push("resolve", encodeURIComponent(options.revision ?? "main"));
    else parts[at] = "resolve";
  }
  url.pathname = parts.length === 0 ? "/" : `/${parts.join("/")}/`;
  return url.href;
}

/** The URL of `path` below `base`. Throws `denied` for a path that would lead out of it (MO25). */
export function fileUrl(base: string, path: string): string {
  const parts = path.split("/");
  const leaves = parts.some((part) => part === "" || part === "." || part === ".." || /[\\\0]/u.test(part));
  if (leaves) throw new SourceError("denied", `The path "${path}" leads out of ${base}. The manifest must be mended.`);
  return base + parts.map((part) => encodeURIComponent(part)).join("/");
}
