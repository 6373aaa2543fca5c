import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { parseRange } from "./byte-range.ts";
import { mediaType } from "./media-type.ts";

/**
 * Answers with a file: ETag, 304, one byte range, HEAD, gzip for text, what the build packed for WebAssembly. False, and nothing is answered, when there is no such
 * file. A file that vanishes or a client that leaves half-way ends this answer and nothing else.
 */
export async function serveFile(
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  cacheControl: string,
): Promise<boolean> {
  const packed = await openPacked(req, path);
  const handle = packed ?? (await open(path, "r").catch(() => null));
  if (handle === null) return false;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return false;
    const { type, isText } = mediaType(path);
    if (packed !== null) res.setHeader("content-encoding", "br");
    if (type === wasm) res.setHeader("vary", "accept-encoding");
    const etag = `"${stats.size.toString(16)}-${Math.floor(stats.mtimeMs).toString(16)}"`;
    res.setHeader("content-type", type);
    res.setHeader("cache-control", cacheControl);
    res.setHeader("etag", etag);
    res.setHeader("accept-ranges", "bytes");
    if (matches(req.headers["if-none-match"], etag)) {
      res.writeHead(304).end();
      return true;
    }
    const ifRange = req.headers["if-range"];
    const range = parseRange(ifRange === undefined || ifRange === etag ? req.headers.range : undefined, stats.size);
    if (range.kind === "unsatisfiable") {
      res.writeHead(416, { "content-range": `bytes */${stats.size}` }).end();
      return true;
    }
    const isZipped = isText && range.kind === "whole" && /\bgzip\b/.test(req.headers["accept-encoding"] ?? "");
    if (isText) res.setHeader("vary", "accept-encoding");
    if (isZipped) {
      // Other bytes than the file's: a validator of their own.
      res.setHeader("etag", etag.replace(/"$/, '-gz"'));
      res.setHeader("content-encoding", "gzip");
    } else res.setHeader("content-length", range.kind === "part" ? range.last - range.first + 1 : stats.size);
    if (range.kind === "part") {
      res.setHeader("content-range", `bytes ${range.first}-${range.last}/${stats.size}`);
      res.statusCode = 206;
    }
    if (req.method === "HEAD" || stats.size === 0) {
      res.end();
      return true;
    }
    const [start, end] = range.kind === "part" ? [range.first, range.last] : [0, stats.size - 1];
    const bytes = handle.createReadStream({ start, end, autoClose: false });
    await (isZipped ? pipeline(bytes, createGzip({ level: 5 }), res) : pipeline(bytes, res));
    return true;
  } catch {
    // Headers may be out already: cutting the connection is the only way to say that the body is not whole.
    res.destroy();
    return true;
  } finally {
    await handle.close();
  }
}

const wasm = "application/wasm";

/** The file as the build packed it, for who takes that and wants all of it. */
async function openPacked({ headers }: IncomingMessage, path: string): Promise<FileHandle | null> {
  const isWanted = mediaType(path).type === wasm && headers.range === undefined;
  if (!isWanted || !/\bbr\b/.test(headers["accept-encoding"] ?? "")) return null;
  return await open(`${path}.br`, "r").catch(() => null);
}

function matches(header: string | undefined, etag: string): boolean {
  const known = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return known.includes(etag) || known.includes(etag.replace(/"$/, '-gz"'));
}
