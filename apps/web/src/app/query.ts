import type { TabOptions } from "@potluck/donor";

export interface PageQuery {
  readonly backend: TabOptions["backend"];
  /** False for `?speculation=off`. */
  readonly speculation: boolean;
  /** Which scripted situation to show; development builds only. */
  readonly fake: string | null;
  /** The part of the query that every link inside the app keeps, with its question mark; may be empty. */
  readonly kept: string;
}

/** Reads `location.search`. An unknown backend is `auto`. */
export function readQuery(search: string): PageQuery {
  const given = new URLSearchParams(search);
  const wanted = given.get("backend");
  const backend = wanted === "wasm" || wanted === "webgpu" ? wanted : "auto";
  const fake = given.get("fake");
  const kept = new URLSearchParams();
  if (backend !== "auto") kept.set("backend", backend);
  const speculation = given.get("speculation") !== "off";
  if (!speculation) kept.set("speculation", "off");
  if (fake !== null) kept.set("fake", fake);
  return { backend, speculation, fake, kept: kept.size === 0 ? "" : `?${kept}` };
}
