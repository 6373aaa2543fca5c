/** The text model of a page, in its own worker. The one place that takes the browser's globals. */
import { type FetchText, fetchTextFiles, type TextSource } from "./remote/fetch-text-files.ts";
import { connectTextModel, type RemoteTextModel, type Timer } from "./remote/remote-text-model.ts";
import { TextError } from "./text-error.ts";

export type { FetchText, TextSource } from "./remote/fetch-text-files.ts";
export type { RemoteTextModel, Timer } from "./remote/remote-text-model.ts";
export type { TextFileRef } from "./remote/text-file.ts";

/** A tokenizer is some megabytes; a slow phone gets a minute. */
const openTimeoutMs = 60_000;
/** A full context of text takes well under a second on a slow machine; a background tab may be throttled. */
const callTimeoutMs = 30_000;

export type OpenTextModelOptions = TextSource & {
  /** Ends opening; later it means nothing, use `close`. */
  readonly signal?: AbortSignal;
  /** Must honour its signal. */
  readonly fetch?: FetchText;
  readonly startWorker?: () => Worker;
  readonly timer?: Timer;
};

const startTextWorker = (): Worker =>
  new Worker(new URL("./text.worker.ts", import.meta.url), { type: "module", name: "potluck-text" });

const pageTimer: Timer = (ms, fire) => {
  const handle = setTimeout(fire, ms);
  return () => clearTimeout(handle);
};

/**
 * Fetches, verifies and loads a model's tokenizer and chat template in a worker.
 * Throws {@link TextError} `unreachable`, `corrupt`, `bad-file`, `insecure-page`, `deadline`, `worker-crashed` or `aborted`.
 */
export const openTextModel = async (options: OpenTextModelOptions): Promise<RemoteTextModel> => {
  const {
    fetch = (url, init) => globalThis.fetch(url, init),
    startWorker = startTextWorker,
    timer = pageTimer,
  } = options;
  const stop = new AbortController();
  const aborted = new TextError("aborted", "Loading the tokenizer was stopped.");
  const late = new TextError("deadline", `The tokenizer did not load within ${openTimeoutMs / 1000} s. Try again.`);
  const onAbort = (): void => stop.abort(aborted);
  if (options.signal?.aborted === true) throw aborted;
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const cancel = timer(openTimeoutMs, () => stop.abort(late));
  try {
    const signal = stop.signal;
    const files = await fetchTextFiles(options, { fetch, signal, pageUrl: globalThis.location.href });
    signal.throwIfAborted();
    return await connectTextModel(files, { worker: startWorker(), timer, callTimeoutMs, signal });
  } finally {
    cancel();
    options.signal?.removeEventListener("abort", onAbort);
  }
};
