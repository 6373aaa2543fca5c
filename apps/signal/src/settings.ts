import type { IceServer } from "@potluck/protocol";
import { isAbsolute, resolve } from "node:path";
import * as v from "valibot";

/** What the operator may set, by environment variable. */
export interface Settings {
  /** `PORT`, 8787; 0 takes a free one. */
  readonly port: number;
  /** `HOST`: an address to listen on; all of them when unset. */
  readonly host: string | undefined;
  /** `POTLUCK_DATA`, `.potluck` in the repository's folder. */
  readonly dataDir: string;
  /** `POTLUCK_MODELS`: ids, comma-separated: names of folders in `<data>/models/`, or of demo models. Null, when unset: the demo model and all in the data folder. */
  readonly models: readonly string[] | null;
  /**
   * `POTLUCK_DRAFTS`: `model=draft`, comma-separated: which small model guesses for which; `none` for no guesses by models.
   * Unset: the demo's draft for the demo model.
   */
  readonly drafts: ReadonlyMap<string, string>;
  /**
   * `POTLUCK_ICE`: JSON, a list as RTCPeerConnection takes it. Empty by default, which works on one machine and in one local
   * network, without internet. For tabs behind different routers name a STUN server that you trust with their addresses,
   * for example `[{"urls":["stun:stun.l.google.com:19302"]}]`.
   */
  readonly iceServers: readonly IceServer[];
  /** `POTLUCK_ORIGINS`: further origins of the operator's own whose pages may connect, comma-separated. Partners' pages need none: their frames are ours. */
  readonly allowedOrigins: readonly string[];
  /** `POTLUCK_LOG`: `debug`, `info`, `warn`, `error` or `silent`. */
  readonly logLevel: string;
}

/** A setting that can't be used; the sentence names it and says what it should be. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

const portSchema = v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(65_535));
const levelSchema = v.picklist(["debug", "info", "warn", "error", "silent"]);
/** What ships, with what was trained beside it to guess for it. */
const defaultDrafts = "swarm-demo-10m-q4=swarm-demo-draft-1m-q4,swarm-demo-10m-q4f16=swarm-demo-draft-1m-q4";
const draftsSchema = v.pipe(
  v.string(),
  v.transform((text) =>
    text.trim() === "none" ? [] : listOf(text).map((pair) => pair.split("=").map((id) => id.trim())),
  ),
  v.array(v.tuple([v.pipe(v.string(), v.minLength(1)), v.pipe(v.string(), v.minLength(1))])),
  v.transform((pairs) => new Map(pairs)),
);
const iceSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(
    v.object({
      urls: v.union([
        v.array(v.string()),
        v.pipe(
          v.string(),
          v.transform((url) => [url]),
        ),
      ]),
      username: v.optional(v.string()),
      credential: v.optional(v.string()),
    }),
  ),
);

/** Reads the environment. Throws a {@link SettingsError}. */
export function readSettings(env: Readonly<Record<string, string | undefined>>, root: string): Settings {
  const read = <T>(name: string, fallback: string, schema: v.GenericSchema<unknown, T>, want: string): T => {
    const parsed = v.safeParse(schema, env[name] || fallback);
    if (!parsed.success) throw new SettingsError(`${name} must be ${want}, and is ${JSON.stringify(env[name])}.`);
    return parsed.output;
  };
  return {
    port: read("PORT", "8787", portSchema, "a port number from 0 to 65535"),
    host: env["HOST"] || undefined,
    dataDir: dataDirOf(env, root),
    models: env["POTLUCK_MODELS"] ? listOf(env["POTLUCK_MODELS"]) : null,
    drafts: read("POTLUCK_DRAFTS", defaultDrafts, draftsSchema, "a list such as model=draft,other=draft, or none"),
    iceServers: read("POTLUCK_ICE", "[]", iceSchema, 'a JSON list such as [{"urls":["stun:host:port"]}]'),
    allowedOrigins: listOf(env["POTLUCK_ORIGINS"] ?? ""),
    logLevel: read("POTLUCK_LOG", "info", levelSchema, "debug, info, warn, error or silent"),
  };
}

/** The folder for what must outlive a restart. */
export function dataDirOf(env: Readonly<Record<string, string | undefined>>, root: string): string {
  const data = env["POTLUCK_DATA"];
  if (!data) return resolve(root, ".potluck");
  return isAbsolute(data) ? data : resolve(data);
}

function listOf(text: string): readonly string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
