import { readFile } from "node:fs/promises";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Logger } from "pino";
import type { ServedModel } from "../models/served-model.ts";
import { inlineScriptsOf, securityHeaders } from "./security-headers.ts";
import { serveFile } from "./serve-file.ts";

export interface HttpOptions {
  readonly models: readonly ServedModel[];
  /** Folder of the built web app; null serves none. */
  readonly webRoot: string | null;
  readonly health: () => { readonly isUp: boolean; readonly body: object };
  readonly swarm: () => object;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly log: Logger;
}

/** Paths of the app's pages; the app itself decides what to show there. */
const pages = new Set(["/", "/donate", "/swarm", "/privacy"]);
/** A chat's own address; which chats there are only its browser knows. */
const chatPage = /^\/c\/[\w-]{1,64}\/?$/;
/** File names with a hash of their content never mean anything else. */
const forever = "public, max-age=31536000, immutable";
/** Asked for again each time, answered with 304: a repaired file must not hide behind a cache. */
const revalidated = "no-cache";

/** Everything over HTTP but socket.io. */
export async function handleHttp(options: HttpOptions): Promise<RequestListener> {
  const { webRoot, log } = options;
  const index = webRoot === null ? "" : await readFile(join(webRoot, "index.html"), "utf8").catch(() => "");
  // Drafts first: one that is served by itself too is there with the same files.
  const served = [
    ...options.models.flatMap(({ draft }) => (draft === undefined ? [] : [draft])),
    ...options.models.map(({ swarm, files, sourceOrigin }) => ({ id: swarm.id, files, sourceOrigin })),
  ];
  const sources = served.flatMap(({ sourceOrigin }) => (sourceOrigin === null ? [] : [sourceOrigin]));
  const headers = securityHeaders(inlineScriptsOf(index), sources);
  const models = new Map(served.map((model) => [String(model.id), model]));

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    if (req.method !== "GET" && req.method !== "HEAD") {
      res.setHeader("allow", "GET, HEAD");
      return sendText(res, 405, "Only GET and HEAD are answered here.");
    }
    const path = pathOf(req.url ?? "/");
    if (path === null) return sendText(res, 400, "This address can't be read.");
    if (path === "/healthz") {
      const { isUp, body } = options.health();
      return sendJson(res, isUp ? 200 : 503, body);
    }
    if (path === "/api/swarm") return sendJson(res, 200, options.swarm());
    if (path === "/metrics") {
      const { type, text } = await options.metrics();
      res.setHeader("cache-control", "no-store");
      res.writeHead(200, { "content-type": type }).end(text);
      return;
    }
    if (path.startsWith("/models/")) {
      const [, , id = "", ...rest] = path.split("/");
      const file = models.get(id)?.files.get(rest.join("/"));
      if (file !== undefined && (await serveFile(req, res, file, revalidated))) return;
      return sendText(res, 404, "This swarm serves no such model file.");
    }
    if (webRoot === null) return sendText(res, 404, "Nothing is here. This coordinator serves no web app.");
    const isPage = pages.has(path.replace(/(?<=.)\/$/, "")) || chatPage.test(path);
    const name = isPage ? "/index.html" : path;
    const caching = name.startsWith("/assets/") ? forever : revalidated;
    if (await serveFile(req, res, join(webRoot, name), caching)) return;
    const hint =
      name === "/index.html" ? "The web app is not built. Run `npm run build`, then reload." : "Nothing is here.";
    sendText(res, 404, hint);
  };

  return (req, res) => {
    answer(req, res).catch((error: unknown) => {
      log.error({ err: error }, "http answer failed");
      if (res.headersSent) res.destroy();
      else sendText(res, 500, "Something went wrong here. Try again.");
    });
  };
}

/** The decoded path, or null for one that could lead out of a folder. */
function pathOf(url: string): string | null {
  const raw = /^[^?#]*/.exec(url)?.[0] ?? "";
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return null;
  }
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (!path.startsWith("/") || /[\u0000-\u001f\\]/.test(path)) return null;
  return path.split("/").some((step) => step.startsWith(".") && step !== ".well-known") ? null : path;
}

function sendText(res: ServerResponse, status: number, text: string): void {
  res.setHeader("cache-control", "no-store");
  res.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

function sendJson(res: ServerResponse, status: number, body: object): void {
  res.setHeader("cache-control", "no-store");
  res.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
