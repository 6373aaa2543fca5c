import { SourceError } from "../read/byte-source.ts";
import { BackOff, usualLimits, type BackOffLimits } from "./back-off.ts";
import { systemClock, type Clock } from "./clock.ts";
import { baseUrl, fileUrl, type BaseOptions } from "./file-url.ts";
import { attempt, Interrupted, type Answer, type Asked, type AttemptOptions, type Validator } from "./http-attempt.ts";
import type { StreamingSource, StreamOptions } from "./streaming-source.ts";
import { WholeFile } from "./whole-file.ts";

export interface HttpSourceOptions extends BaseOptions {
  readonly fetch?: typeof fetch | undefined;
  /** Sent with every request, for example `Authorization`. The platform drops it when a redirect leaves the origin. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly clock?: Clock | undefined;
  /** In `[0, 1)`; jitter of the pauses. */
  readonly random?: (() => number) | undefined;
  readonly stallMs?: number | undefined;
  readonly limits?: Partial<BackOffLimits> | undefined;
  /** Largest file that is kept in memory when its server ignores ranges. Larger ones are read through for each range. */
  readonly keepWholeBytes?: number | undefined;
}

/** A connection that brings nothing for this long is taken for dead. */
const usualStallMs = 20_000;
/** Half of what a tab may well hold beside a shard. */
const usualKeepWholeBytes = 512 * 1024 * 1024;

interface FileState {
  readonly url: string;
  sizeBytes: number | null;
  validator: Validator | null;
  whole: WholeFile | null;
}

/**
 * The files of a model on a web server, over HTTP range requests (MO20–MO25). `base` is a hub repository
 * (`https://huggingface.co/<org>/<name>`, with or without `/tree/<revision>`), its `…/resolve/<revision>/` address, or any
 * folder. A source remembers sizes and versions, so make a new one to see a changed model.
 */
export function httpSource(base: string, options: HttpSourceOptions = {}): StreamingSource {
  return new HttpSource(base, options);
}

class HttpSource implements StreamingSource {
  readonly label: string;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #limits: BackOffLimits;
  readonly #attempt: AttemptOptions;
  readonly #keepWholeBytes: number;
  readonly #files = new Map<string, FileState>();

  constructor(base: string, options: HttpSourceOptions) {
    this.label = baseUrl(base, options);
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#limits = { ...usualLimits, ...options.limits };
    this.#keepWholeBytes = options.keepWholeBytes ?? usualKeepWholeBytes;
    this.#attempt = {
      // A bare `fetch` taken off its global throws "illegal invocation" in browsers.
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
      headers: options.headers ?? {},
      clock: this.#clock,
      stallMs: options.stallMs ?? usualStallMs,
    };
  }

  async size(path: string, signal?: AbortSignal): Promise<number | null> {
    const file = this.#file(path);
    if (file.sizeBytes !== null) return file.sizeBytes;
    // One byte, not HEAD: signed addresses often allow GET only, and the answer also tells whether ranges work.
    for (const probe of [
      { method: "GET", range: { from: 0, to: 1 } },
      { method: "HEAD", range: null },
    ] as const) {
      const asked: Asked = { url: file.url, ...probe, fresh: false, signal };
      const answer = await this.#persist(asked, file.url, async () => {
        const answer = await attempt(this.#attempt, asked);
        if (answer.kind === "part" || answer.kind === "whole") answer.close();
        return answer;
      });
      if (answer.kind === "missing") return null;
      if (answer.kind === "beyond") file.sizeBytes = answer.total;
      else this.#check(file, answer);
      if (file.sizeBytes !== null) return file.sizeBytes;
    }
    throw new SourceError("not-ranged", `${file.url} does not tell its size. Serve it with a Content-Length.`);
  }

  async read(path: string, offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(length);
    } catch (error) {
      throw new SourceError("too-large", `${length} bytes of ${path} do not fit into memory.`, { cause: error });
    }
    let at = 0;
    for await (const chunk of this.stream(path, offset, length, { signal })) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  async *stream(
    path: string,
    offset: number,
    length: number,
    { signal, fresh = false }: StreamOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const known = this.#file(path);
    // What a fresh read learns is its own: it distrusts what is known, and others still rely on that.
    const file: FileState = fresh ? { url: known.url, sizeBytes: null, validator: null, whole: null } : known;
    const end = offset + length;
    const what = `${file.url}, bytes ${offset}–${end}`;
    const backOff = new BackOff(this.#clock, this.#random, this.#limits);
    let at = offset;
    while (at < end) {
      signal?.throwIfAborted();
      if (file.sizeBytes !== null && end > file.sizeBytes) throw tooShort(what, file.sizeBytes);
      if (isUsable(file.whole)) {
        yield* file.whole.range(at, end, signal);
        return;
      }
      try {
        const asked: Asked = { url: file.url, method: "GET", range: { from: at, to: end }, fresh, signal };
        const answer = await attempt(this.#attempt, asked);
        const body = this.#bodyOf(file, answer, what);
        if (file.sizeBytes !== null && end > file.sizeBytes) {
          body.close();
          throw tooShort(what, file.sizeBytes);
        }
        if (body.kind === "whole" && !fresh && this.#keep(file, body)) continue;
        let position = body.kind === "whole" ? 0 : body.from;
        for await (const chunk of body.chunks) {
          const from = Math.max(at - position, 0);
          const to = Math.min(end - position, chunk.length);
          position += chunk.length;
          backOff.came(chunk.length);
          if (from >= to) continue;
          at += to - from;
          yield chunk.subarray(from, to);
          if (at === end) return;
        }
        throw new Interrupted("truncated", `the answer ended ${end - at} bytes early`);
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        await backOff.pause(error, what, signal);
      }
    }
  }

  #file(path: string): FileState {
    let file = this.#files.get(path);
    if (file === undefined) {
      file = { url: fileUrl(this.label, path), sizeBytes: null, validator: null, whole: null };
      this.#files.set(path, file);
    }
    return file;
  }

  #bodyOf(file: FileState, answer: Answer, what: string): Extract<Answer, { kind: "part" | "whole" }> {
    switch (answer.kind) {
      case "part":
      case "whole":
        this.#check(file, answer);
        return answer;
      case "missing":
        throw new SourceError("not-found", `${file.url} does not exist. Check the model's name and revision.`);
      case "beyond":
        throw tooShort(what, answer.total);
      default:
        throw new Error(`no such answer: ${String(answer satisfies never)}`);
    }
  }

  /** Compares what an answer says of the file with what earlier ones said (MO23), and remembers it. */
  #check(file: FileState, answer: Extract<Answer, { kind: "part" | "whole" }>): void {
    const sizeBytes = answer.kind === "part" ? answer.total : answer.sizeBytes;
    const { validator } = answer;
    const resized = sizeBytes !== null && file.sizeBytes !== null && sizeBytes !== file.sizeBytes;
    const renewed =
      validator !== null && file.validator?.header === validator.header && file.validator.value !== validator.value;
    if (resized || renewed) {
      answer.close();
      throw new SourceError("changed", `${file.url} changed on the server while it was read. Load the model again.`);
    }
    file.sizeBytes ??= sizeBytes;
    file.validator ??= validator;
  }

  /** Starts or joins the one download of a file whose server ignores ranges; false when it is too large to keep. */
  #keep(file: FileState, body: Extract<Answer, { kind: "whole" }>): boolean {
    // A second answer that was on its way when the download began is not needed.
    if (isUsable(file.whole)) body.close();
    else {
      if (body.sizeBytes === null || body.sizeBytes > this.#keepWholeBytes) return false;
      try {
        file.whole = new WholeFile(file.url, body.sizeBytes);
      } catch {
        return false;
      }
      void this.#download(file, file.whole, body);
    }
    return true;
  }

  /** Never rejects: readers hear of a failure through the file. */
  async #download(file: FileState, whole: WholeFile, first: Extract<Answer, { kind: "whole" }>): Promise<void> {
    const signal = whole.abandoned;
    const asked: Asked = { url: file.url, method: "GET", range: null, fresh: false, signal };
    const stop = (): void => first.close();
    signal.addEventListener("abort", stop, { once: true });
    let begun: typeof first | null = first;
    try {
      await this.#persist(asked, file.url, async (backOff) => {
        const body = begun ?? this.#bodyOf(file, await attempt(this.#attempt, asked), file.url);
        begun = null;
        let at = 0;
        for await (const chunk of body.chunks) {
          at = whole.put(at, chunk);
          backOff.came(chunk.length);
        }
        if (!whole.complete) throw new Interrupted("truncated", `the answer ended at byte ${at} of ${whole.sizeBytes}`);
      });
    } catch (error) {
      whole.fail(error);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Repeats `once` with pauses until it works or the back-off gives up. */
  async #persist<T>(asked: Asked, what: string, once: (backOff: BackOff) => Promise<T>): Promise<T> {
    const backOff = new BackOff(this.#clock, this.#random, this.#limits);
    for (;;) {
      try {
        return await once(backOff);
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        await backOff.pause(error, what, asked.signal);
      }
    }
  }
}

function isUsable(whole: WholeFile | null): whole is WholeFile {
  return whole !== null && !whole.failed && !whole.abandoned.aborted;
}

function tooShort(what: string, sizeBytes: number | null): SourceError {
  const size = sizeBytes === null ? "less" : `${sizeBytes} bytes`;
  return new SourceError("truncated", `${what}: the file has ${size}. Upload it again, or make the manifest anew.`);
}
