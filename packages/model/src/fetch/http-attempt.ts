import { SourceError, type SourceFault } from "../read/byte-source.ts";
import type { Clock } from "./clock.ts";
import { parseContentRange } from "./content-range.ts";

/** An attempt that failed in a way that another one may not. `fault` is what to report if none succeeds. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly fault: SourceFault;
  /** The server's own wish, from Retry-After. */
  readonly retryAfterMs: number | null;
  constructor(fault: SourceFault, message: string, retryAfterMs: number | null = null, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface AttemptOptions {
  readonly fetch: typeof fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Without a byte for this long, headers included, the attempt counts as broken. */
  readonly stallMs: number;
}

export interface Asked {
  readonly url: string;
  readonly method: "GET" | "HEAD";
  /** `to` is exclusive; null asks for the whole file. */
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly fresh: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What identifies the file's version. Only headers of the same name are compared. */
export interface Validator {
  readonly header: "x-linked-etag" | "etag" | "last-modified";
  readonly value: string;
}

interface Body {
  readonly validator: Validator | null;
  /** The body in order; throws {@link Interrupted} where it breaks or stalls. Must be read or closed. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the connection; harmless afterwards. */
  close(): void;
}

export type Answer =
  | ({ readonly kind: "part"; readonly from: number; readonly to: number; readonly total: number | null } & Body)
  | ({ readonly kind: "whole"; readonly sizeBytes: number | null } & Body)
  | { readonly kind: "beyond"; readonly total: number | null }
  | { readonly kind: "missing" };

/** One request, judged. Throws {@link Interrupted}, a final SourceError, or the signal's reason. */
export async function attempt(options: AttemptOptions, asked: Asked): Promise<Answer> {
  const { clock, stallMs } = options;
  const connection = new AbortController();
  const stop = (): void => connection.abort(asked.signal?.reason);
  asked.signal?.throwIfAborted();
  asked.signal?.addEventListener("abort", stop, { once: true });
  const close = (): void => {
    asked.signal?.removeEventListener("abort", stop);
    connection.abort();
  };
  let keep = false;
  try {
    const response = await unlessStalled(options.fetch(asked.url, requestOf(options, asked, connection.signal)), {
      clock,
      stallMs,
      signal: asked.signal,
    });
    const answer = judge(response, asked);
    if (answer === null) return { kind: "missing" };
    if (answer.kind === "beyond") return answer;
    keep = true;
    const { body } = response;
    const chunks = chunksOf(body, { clock, stallMs, signal: asked.signal }, close);
    return { ...answer, validator: validatorOf(response.headers), chunks, close };
  } finally {
    if (!keep) close();
  }
}

function requestOf(options: AttemptOptions, asked: Asked, signal: AbortSignal): RequestInit {
  const { range } = asked;
  return {
    method: asked.method,
    headers: { ...options.headers, ...(range === null ? {} : { Range: `bytes=${range.from}-${range.to - 1}` }) },
    // The piece store is the cache. Without `no-store`, a browser's own would keep a second copy, and let requests for
    // ranges of one address wait for each other.
    cache: asked.fresh ? "reload" : "no-store",
    redirect: "follow",
    signal,
  };
}

type Judged =
  | { readonly kind: "part"; readonly from: number; readonly to: number; readonly total: number | null }
  | { readonly kind: "whole"; readonly sizeBytes: number | null }
  | { readonly kind: "beyond"; readonly total: number | null };

/** Null: there is no such file. */
function judge(response: Response, asked: Asked): Judged | null {
  const { status, headers } = response;
  if (status === 206) return judgePart(response, asked);
  if (status === 200) return { kind: "whole", sizeBytes: contentLength(headers) };
  if (status === 404 || status === 410) return null;
  if (status === 416) {
    const range = parseContentRange(headers.get("content-range"));
    return { kind: "beyond", total: range?.kind === "unsatisfied" ? range.total : null };
  }
  if (status === 401 || status === 403) {
    const message =
      `${asked.url} answered ${status}. The model is private, gated or gone: ` +
      "open its page, accept its conditions, or give a token.";
    // What the hub redirects to is signed for a while only; asking the original address gives a new signature.
    if (response.redirected) throw new Interrupted("denied", message);
    throw new SourceError("denied", message);
  }
  const message = `${asked.url} answered ${status}`;
  if (status >= 500 || status === 429 || status === 408 || status === 425)
    throw new Interrupted("unreachable", message, retryAfterMs(headers.get("retry-after")));
  throw new SourceError("unreachable", `${message}. Check the address.`);
}

function judgePart(response: Response, asked: Asked): Judged {
  const { range } = asked;
  const header = response.headers.get("content-range");
  const told = parseContentRange(header);
  if (range !== null && told?.kind === "part" && told.from === range.from) return told;
  // Another origin may hide Content-Range from a page; then the length has to do, and the hash decides.
  const length = contentLength(response.headers);
  if (range !== null && header === null && response.type === "cors" && length === range.to - range.from)
    return { kind: "part", ...range, total: null };
  throw new SourceError(
    "not-ranged",
    `${asked.url} was asked for bytes ${range?.from ?? 0}–${range?.to ?? "end"} and answered "${header ?? "nothing"}". ` +
      "Serve the files from a server that answers range requests.",
  );
}

/** Null when it is unknown, or counts encoded bytes. */
function contentLength(headers: Headers): number | null {
  const value = headers.get("content-length");
  const encoding = headers.get("content-encoding") ?? "identity";
  return value !== null && /^\d{1,15}$/u.test(value) && encoding === "identity" ? Number(value) : null;
}

function validatorOf(headers: Headers): Validator | null {
  for (const header of ["x-linked-etag", "etag", "last-modified"] as const) {
    const value = headers.get(header);
    if (value !== null && value !== "") return { header, value: value.replace(/^W\//u, "") };
  }
  return null;
}

/** Only seconds: a date would need the server's clock. */
function retryAfterMs(header: string | null): number | null {
  return header !== null && /^\s*\d{1,6}\s*$/u.test(header) ? Number(header) * 1000 : null;
}

interface Patience {
  readonly clock: Clock;
  readonly stallMs: number;
  readonly signal: AbortSignal | undefined;
}

async function* chunksOf(
  body: ReadableStream<Uint8Array> | null,
  patience: Patience,
  close: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const reader = body?.getReader();
    if (reader === undefined) return;
    for (;;) {
      const next = await unlessStalled(reader.read(), patience);
      if (next.done) return;
      if (next.value.length > 0) yield next.value;
    }
  } finally {
    close();
  }
}

/** Awaits what the network does; a failure or a silence of `stallMs` is an {@link Interrupted}, an abort the signal's reason. */
async function unlessStalled<T>(work: Promise<T>, { clock, stallMs, signal }: Patience): Promise<T> {
  const done = new AbortController();
  const stalled = clock.sleep(stallMs, done.signal).then((): never => {
    throw new Interrupted("unreachable", `no byte came for ${stallMs / 1000} s`);
  });
  try {
    return await Promise.race([work, stalled]);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Interrupted) {
      // Whoever gives up on it ends the connection, and nobody is left to hear it fail.
      work.catch(() => undefined);
      throw error;
    }
    throw new Interrupted("unreachable", `the connection broke (${String(error)})`, null, { cause: error });
  } finally {
    done.abort();
  }
}
