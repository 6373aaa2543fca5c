import { readFile, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, extname, join, normalize, sep } from "node:path";
import { createReadStream } from "node:fs";
import { peerPage } from "./peer-page.ts";

/** A page with transformers.js in it, and the folders that it may read. */
export interface PeerServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Where the peer's code lies: its own release of the runtime, not ours. */
export interface PeerCode {
  readonly version: string;
  readonly library: string;
  readonly runtime: string;
  readonly common: string;
}

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** As our coordinator sends them, so that both have the same threads (apps/signal/src/http/security-headers.ts). */
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
};

/** Finds the package among the installed ones. Throws when it is not there. */
export async function installedPeer(): Promise<PeerCode> {
  const library = dirname(createRequire(import.meta.url).resolve("@huggingface/transformers"));
  const fromLibrary = createRequire(join(library, "x.js"));
  const about: unknown = JSON.parse(await readFile(join(library, "..", "package.json"), "utf8"));
  return {
    version: String((about as { readonly version?: unknown }).version),
    library,
    runtime: dirname(fromLibrary.resolve("onnxruntime-web/webgpu")),
    common: join(dirname(fromLibrary.resolve("onnxruntime-common")), "..", "esm"),
  };
}

/** Serves the page and, under `/models/<name>/`, one folder a name. */
export async function startPeerServer(code: PeerCode, models: ReadonlyMap<string, string>): Promise<PeerServer> {
  const folders = new Map([
    ["library", code.library],
    ["runtime", code.runtime],
    ["common", code.common],
  ]);
  const fileOf = (path: string): string | null => {
    const [, first = "", second = "", ...rest] = path.split("/");
    const [root, name] =
      first === "models" ? [models.get(second), rest.join("/")] : [folders.get(first), [second, ...rest].join("/")];
    if (root === undefined) return null;
    const file = normalize(join(root, name));
    return file.startsWith(root + sep) ? file : null;
  };
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(isolation)) res.setHeader(name, value);
    const path = decodeURIComponent(new URL(req.url ?? "/", "http://localhost").pathname);
    if (path === "/") {
      res.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(peerPage);
      return;
    }
    const file = fileOf(path);
    const found = file === null ? null : await stat(file).catch(() => null);
    if (file === null || !found?.isFile()) {
      res.writeHead(404).end();
      return;
    }
    const type = types[extname(file)] ?? "application/octet-stream";
    res.writeHead(200, { "content-type": type, "content-length": found.size });
    if (req.method === "HEAD") res.end();
    else createReadStream(file).pipe(res);
  };
  const server = createServer((req, res) => {
    answer(req, res).catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
