import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What goes wrong with one answer that carries a file's bytes. */
export type HubFault =
  | { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds?: number }
  /** The connection ends after so many bytes of the body, all of which arrive. */
  | { readonly kind: "break"; readonly afterBytes: number }
  /** Nothing more comes after so many bytes of the body, and the connection stays open. */
  | { readonly kind: "stall"; readonly afterBytes: number }
  /** Not even headers come. */
  | { readonly kind: "silence" }
  /** An honest 206 for fewer bytes than were asked for. */
  | { readonly kind: "shorten"; readonly toBytes: number }
  /** A 206 for other bytes than were asked for. */
  | { readonly kind: "shift"; readonly byBytes: number }
  /** One bit of the answer is wrong, as from a damaged cache; the file itself is right. */
  | { readonly kind: "flip"; readonly atByte: number }
  /** One 200 with everything, as from a cache that knows no ranges. */
  | { readonly kind: "whole" };

/** One answer that carried a file's bytes. */
export interface HubAnswer {
  readonly path: string;
  readonly method: string;
  readonly range: string | null;
  readonly status: number;
  /** Of the body, as handed to the socket. */
  bytes: number;
}

/**
 * A server that speaks as much of the model hub's protocol as Potluck uses: `/<org>/<name>/resolve/<revision>/<path>`
 * redirects large files to signed addresses under `/cdn/`, with ranges, entity tags and the hub's own headers; and that can
 * be told to misbehave. `url` is the repository's address.
 */
export interface HubServer {
  readonly url: string;
  /** `url` with `/resolve/main/`: what a manifest names as its base. */
  readonly base: string;
  readonly answers: readonly HubAnswer[];
  /** Body bytes sent, of one file or all. */
  bytesServed(path?: string): number;
  forget(): void;
  /** False: every answer is a 200 with the whole file. */
  ranges: boolean;
  /** Faults of the next answers with bytes, in order, one each; `null` for a good one. */
  next(...faults: (HubFault | null)[]): void;
  /** Like `next`, for each answer about one file until `mend`. */
  always(path: string, fault: HubFault): void;
  mend(): void;
  /** Replaces a file's bytes, and with them its entity tag. */
  replace(path: string, bytes: Uint8Array): void;
  /** Changes one bit of a file for good, and leaves its entity tag alone. */
  damage(path: string, atByte: number): void;
  /** Every address signed so far answers 403 from now on. */
  expireSignatures(): void;
  /** Resolves when as many answers have stalled since the start. */
  stalled(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface HubOptions {
  /** Files of at least this many bytes are redirected to the CDN. */
  readonly redirectFromBytes?: number;
}

const commit = "0123456789abcdef0123456789abcdef01234567";

interface HubFile {
  bytes: Uint8Array;
  etag: string;
}

/** Starts a hub with one repository, `potluck/test`, on a free port of this machine. */
export async function startHub(
  files: Readonly<Record<string, Uint8Array>>,
  options: HubOptions = {},
): Promise<HubServer> {
  const { redirectFromBytes = 1024 } = options;
  const held = new Map(Object.entries(files).map(([path, bytes]) => [path, fileOf(bytes)]));
  let answers: HubAnswer[] = [];
  let queue: (HubFault | null)[] = [];
  const standing = new Map<string, HubFault>();
  let signature = 1;
  let stalls = 0;
  let waiting: { count: number; resolve: () => void }[] = [];

  function handle(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "*");
    response.setHeader(
      "Access-Control-Expose-Headers",
      "X-Repo-Commit,ETag,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag",
    );
    const url = new URL(request.url ?? "/", "http://hub");
    const path = decodeURIComponent(url.pathname).match(/^\/(?:potluck\/test\/resolve\/[^/]+|cdn)\/(.+)$/u)?.[1];
    const file = path === undefined ? undefined : held.get(path);
    if (request.method === "OPTIONS") response.writeHead(204).end();
    else if (path === undefined || file === undefined) response.writeHead(404).end("Entry not found");
    else if (url.pathname.startsWith("/cdn/")) {
      if (url.searchParams.get("signature") !== String(signature)) response.writeHead(403).end("Request has expired");
      else serve(request, response, path, file);
    } else {
      response.setHeader("X-Repo-Commit", commit);
      if (file.bytes.length < redirectFromBytes) return serve(request, response, path, file);
      response.setHeader("X-Linked-ETag", file.etag);
      response.setHeader("X-Linked-Size", file.bytes.length);
      const location = `/cdn/${path.split("/").map(encodeURIComponent).join("/")}?signature=${signature}`;
      response.writeHead(302, { Location: location }).end();
    }
  }

  function serve(request: IncomingMessage, response: ServerResponse, path: string, file: HubFile): void {
    const fault = queue.shift() ?? standing.get(path) ?? null;
    const header = request.headers.range ?? null;
    const answer = { path, method: request.method ?? "", range: header, status: 200, bytes: 0 };
    answers.push(answer);
    if (fault?.kind === "status") {
      answer.status = fault.status;
      if (fault.retryAfterSeconds !== undefined) response.setHeader("Retry-After", fault.retryAfterSeconds);
      response.writeHead(fault.status).end();
      return;
    }
    if (fault?.kind === "silence") {
      noteStall();
      return;
    }
    const size = file.bytes.length;
    const asked = /^bytes=(\d+)-(\d*)$/u.exec(header ?? "");
    let from = 0;
    let to = size;
    response.setHeader("ETag", file.etag);
    if (asked !== null && hub.ranges && fault?.kind !== "whole") {
      from = Number(asked[1]);
      to = asked[2] === "" ? size : Math.min(size, Number(asked[2]) + 1);
      if (from >= size) {
        answer.status = 416;
        response.writeHead(416, { "Content-Range": `bytes */${size}` }).end();
        return;
      }
      if (fault?.kind === "shorten") to = Math.min(to, from + fault.toBytes);
      if (fault?.kind === "shift") [from, to] = [from + fault.byBytes, Math.min(size, to + fault.byBytes)];
      answer.status = 206;
      response.setHeader("Accept-Ranges", "bytes");
      response.setHeader("Content-Range", `bytes ${from}-${to - 1}/${size}`);
    }
    response.writeHead(answer.status, { "Content-Length": to - from, "Content-Type": "application/octet-stream" });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    const body = file.bytes.slice(from, to);
    if (fault?.kind === "flip") flipBit(body, fault.atByte);
    send(response, body, answer, fault);
  }

  function send(response: ServerResponse, body: Uint8Array, answer: HubAnswer, fault: HubFault | null): void {
    const cut = fault?.kind === "break" || fault?.kind === "stall" ? Math.min(fault.afterBytes, body.length) : null;
    const bytes = cut === null ? body : body.subarray(0, cut);
    answer.bytes += bytes.length;
    if (cut === null) {
      response.end(bytes);
      return;
    }
    response.flushHeaders();
    response.write(bytes, () => {
      // Ending, not destroying: what was written arrives, then the client sees a body that is too short.
      if (fault?.kind === "break") response.socket?.end();
      else noteStall();
    });
  }

  function noteStall(): void {
    stalls += 1;
    for (const waiter of waiting) if (waiter.count <= stalls) waiter.resolve();
    waiting = waiting.filter((waiter) => waiter.count > stalls);
  }

  const server: Server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/potluck/test`;
  const existing = (path: string): HubFile => {
    const file = held.get(path);
    if (file === undefined) throw new Error(`the hub has no ${path}`);
    return file;
  };
  const hub: HubServer = {
    ranges: true,
    url,
    base: `${url}/resolve/main/`,
    get answers() {
      return answers;
    },
    bytesServed: (path) =>
      answers.reduce((sum, answer) => sum + (path === undefined || answer.path === path ? answer.bytes : 0), 0),
    forget: () => {
      answers = [];
    },
    next: (...faults) => void queue.push(...faults),
    always: (path, fault) => void standing.set(path, fault),
    mend: () => {
      queue = [];
      standing.clear();
    },
    replace: (path, bytes) => void held.set(path, fileOf(bytes)),
    damage: (path, atByte) => {
      const file = existing(path);
      file.bytes = file.bytes.slice();
      flipBit(file.bytes, atByte);
    },
    expireSignatures: () => {
      signature += 1;
    },
    stalled: (count) =>
      stalls >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return hub;
}

function fileOf(bytes: Uint8Array): HubFile {
  return { bytes, etag: `"${createHash("sha256").update(bytes).digest("hex")}"` };
}

function flipBit(bytes: Uint8Array, at: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
}
