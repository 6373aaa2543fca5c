import { SourceError, type ByteSource } from "../read/byte-source.ts";
import { mergeRanges, usualMergeLimits, type ByteRange, type MergeLimits } from "./byte-range.ts";
import { Claims, type Claim } from "./claims.ts";
import { systemClock } from "./clock.ts";
import { webDigest, type Digest } from "./digest.ts";
import { Keeper } from "./keeper.ts";
import { LoadError } from "./load-error.ts";
import type { PieceStore } from "./piece-store.ts";
import { ProgressMeter, type WeightsProgress } from "./progress-meter.ts";
import type { StoreError } from "./store-error.ts";
import { streamOf, type StreamingSource } from "./streaming-source.ts";
import type { WantedPiece } from "./wanted-piece.ts";

export interface LoadOptions {
  /** Where the manifest's `files` are. A streaming source gives finer progress, and pieces are kept as they come. */
  readonly source: ByteSource | StreamingSource;
  readonly store: PieceStore;
  readonly signal?: AbortSignal | undefined;
  /** First with what is there at once, last with everything; at most ten times a second. */
  readonly onProgress?: ((progress: WeightsProgress) => void) | undefined;
  /** Called once at most: pieces could not be kept (or looked up), the load goes on, the next one will download them again. */
  readonly onNotKept?: ((error: StoreError) => void) | undefined;
  readonly digest?: Digest | undefined;
  /** Milliseconds, for the speed. */
  readonly now?: (() => number) | undefined;
  readonly merge?: MergeLimits | undefined;
}

/** A browser opens six connections to one host over HTTP/1.1; the page needs some of them. */
const rangesAtOnce = 4;

/**
 * Brings every piece to its targets in `into`: from the store, from a load that is fetching it already, or from the source;
 * checked, and kept on the way (MO28–MO34). Throws a SourceError, a LoadError, or the signal's reason; `into` then holds
 * bytes that must not be used.
 */
export async function loadPieces(
  wanted: readonly WantedPiece[],
  into: Uint8Array,
  options: LoadOptions,
): Promise<void> {
  options.signal?.throwIfAborted();
  const totalBytes = wanted.reduce((sum, piece) => sum + piece.lengthBytes * piece.targets.length, 0);
  const report = options.onProgress ?? ((): void => undefined);
  const meter = new ProgressMeter(totalBytes, report, options.now ?? (() => systemClock.now()));
  const digest = options.digest ?? webDigest;
  const keeper = new Keeper(options.store, digest, options.onNotKept ?? ((): void => undefined));
  const stop = new AbortController();
  const abort = (): void => stop.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    let left = wanted;
    while (left.length > 0) left = await new Round(left, { into, options, digest, keeper, meter, stop }).run();
    meter.finish();
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

/** What all rounds of one load share. */
interface Load {
  readonly into: Uint8Array;
  readonly options: LoadOptions;
  readonly digest: Digest;
  readonly keeper: Keeper;
  readonly meter: ProgressMeter;
  /** Aborted by the caller's signal or by the first failure, which is then the reason. */
  readonly stop: AbortController;
}

/** Fetches what nobody else is fetching, and waits for the rest. */
class Round {
  readonly #load: Load;
  readonly #mine = new Map<WantedPiece, Claim>();
  readonly #theirs: Promise<WantedPiece | null>[] = [];

  constructor(wanted: readonly WantedPiece[], load: Load) {
    this.#load = load;
    const claims = Claims.of(load.options.store);
    for (const piece of wanted) {
      const taken = claims.take(piece.sha256);
      if ("mine" in taken) this.#mine.set(piece, taken.mine);
      // Copied in the very moment in which they are ready: the other load's caller may do with its buffer what it likes.
      else this.#theirs.push(taken.theirs.then((bytes) => this.#copied(piece, bytes)));
    }
  }

  /** Returns the pieces that another load was to bring and did not. */
  async run(): Promise<readonly WantedPiece[]> {
    const { options, stop } = this.#load;
    try {
      const missing: WantedPiece[] = [];
      await this.#inParallel([...this.#mine.keys()], async (piece) => {
        if (!(await this.#fromStore(piece))) missing.push(piece);
      });
      const ranges = mergeRanges(missing, options.merge ?? usualMergeLimits);
      await this.#inParallel(ranges, (range) => this.#fetchRange(range));
      const left = await orAborted(Promise.all(this.#theirs), stop.signal);
      return left.filter((piece) => piece !== null);
    } finally {
      for (const claim of this.#mine.values()) claim.release();
    }
  }

  #copied(piece: WantedPiece, bytes: Uint8Array | null): WantedPiece | null {
    const { into, meter, stop } = this.#load;
    if (bytes?.length !== piece.lengthBytes || stop.signal.aborted) return piece;
    for (const target of piece.targets) into.set(bytes, target);
    meter.placed(bytes.length * piece.targets.length);
    return null;
  }

  async #fromStore(piece: WantedPiece): Promise<boolean> {
    const { into, keeper, meter } = this.#load;
    const bytes = await keeper.take(piece.sha256, piece.lengthBytes);
    if (bytes === null) return false;
    for (const target of piece.targets) into.set(bytes, target);
    meter.cached(bytes.length * piece.targets.length);
    this.#mine.get(piece)?.settle(bytes);
    this.#release(piece);
    return true;
  }

  /** Streams a range into place. While one piece is checked and kept the next one comes; then the network waits. */
  async #fetchRange({ path, from, to, pieces }: ByteRange): Promise<void> {
    const { into, meter, options, stop } = this.#load;
    const { signal } = stop;
    let position = from;
    let next = 0;
    let finishing: Promise<void> = Promise.resolve();
    try {
      for await (const chunk of streamOf(options.source, path, from, to - from, { signal })) {
        signal.throwIfAborted();
        const [chunkFrom, chunkTo] = [position, position + chunk.length];
        for (let piece = pieces[next]; piece !== undefined && piece.offset < chunkTo; piece = pieces[next]) {
          const pieceTo = piece.offset + piece.lengthBytes;
          const start = Math.max(position, piece.offset);
          const end = Math.min(chunkTo, pieceTo);
          into.set(chunk.subarray(start - chunkFrom, end - chunkFrom), piece.targets[0] + start - piece.offset);
          meter.came(end - start);
          position = end;
          if (end < pieceTo) break;
          next += 1;
          await finishing;
          finishing = this.#finish(piece);
          finishing.catch((error: unknown) => stop.abort(error));
        }
        position = chunkTo;
      }
      await finishing;
    } finally {
      await finishing.catch(() => undefined);
    }
    if (next < pieces.length)
      throw new SourceError("truncated", `${path}, bytes ${from}–${to}: only ${position - from} came. Try again.`);
  }

  /** Checks a piece that has come, hands it on, and keeps it. */
  async #finish(piece: WantedPiece): Promise<void> {
    const { into, digest, keeper, meter } = this.#load;
    const [first, ...twins] = piece.targets;
    const bytes = into.subarray(first, first + piece.lengthBytes);
    if ((await digest(bytes)) !== piece.sha256) {
      meter.undo(piece.lengthBytes);
      await this.#fetchAgain(piece, bytes);
    }
    for (const twin of twins) into.set(bytes, twin);
    meter.placed(piece.lengthBytes * twins.length);
    this.#mine.get(piece)?.settle(bytes);
    await keeper.keep(piece.sha256, bytes);
    this.#release(piece);
  }

  /** A cache on the way may hold damaged bytes, so one more look behind all of them; then it is the file itself (MO28). */
  async #fetchAgain(piece: WantedPiece, bytes: Uint8Array): Promise<void> {
    const { digest, meter, options, stop } = this.#load;
    const { path, offset, lengthBytes, sha256 } = piece;
    let at = 0;
    const fresh = { signal: stop.signal, fresh: true };
    for await (const chunk of streamOf(options.source, path, offset, lengthBytes, fresh)) {
      bytes.set(chunk, at);
      at += chunk.length;
      meter.came(chunk.length);
    }
    const got = await digest(bytes);
    if (got === sha256) return;
    throw new LoadError(
      "corrupt",
      `${path}, bytes ${offset}–${offset + lengthBytes} ("${piece.of}") are not what the manifest promises: SHA-256 ` +
        `${got.slice(0, 12)}… instead of ${sha256.slice(0, 12)}…, twice.`,
    );
  }

  #release(piece: WantedPiece): void {
    this.#mine.get(piece)?.release();
    this.#mine.delete(piece);
  }

  /** Ends when all that was begun has ended; the first failure stops the rest and is thrown. */
  async #inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const left = items.values();
    const { stop } = this.#load;
    await Promise.all(
      Array.from({ length: rangesAtOnce }, async () => {
        for (const item of left) {
          if (stop.signal.aborted) return;
          await work(item).catch((error: unknown) => stop.abort(error));
        }
      }),
    );
    stop.signal.throwIfAborted();
  }
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
