import { type Remote, wrap } from "comlink";
import * as v from "valibot";
import type { ChatMessage, EncodeChatOptions } from "../chat/message.ts";
import { TextError } from "../text-error.ts";
import { valueOf } from "./outcome.ts";
import type { LoadedTextFile } from "./text-file.ts";
import type { TextServer } from "./text-server.ts";

/** A {@link TextModel} in a worker. Every call may throw {@link TextError}; after `gone` all do. */
export interface RemoteTextModel {
  readonly stopTokens: readonly number[];
  encodeChat(messages: readonly ChatMessage[], options: EncodeChatOptions): Promise<number[]>;
  encode(text: string): Promise<number[]>;
  decode(ids: readonly number[]): Promise<string>;
  /** Begins the text of one answer; finish it, also when the answer is broken off. */
  createStream(): Promise<number>;
  /** The whole characters that these ids complete. Pushes to one stream are done in the order of the calls. */
  push(stream: number, ids: readonly number[]): Promise<string>;
  /** What was kept back, and the end of the stream. */
  finish(stream: number): Promise<string>;
  /** Resolves when the worker can't answer any more: crashed, not answering, closed. Never rejects. */
  readonly gone: Promise<TextError>;
  close(): void;
}

/** Calls `fire` once after `ms` unless cancelled. */
export type Timer = (ms: number, fire: () => void) => () => void;

export interface RemoteOptions {
  readonly worker: Worker;
  readonly timer: Timer;
  /** Longest wait for an answer. Past it the worker counts as dead. */
  readonly callTimeoutMs: number;
  /** Ends opening, with a {@link TextError} as its reason; later it means nothing. */
  readonly signal: AbortSignal;
}

const ids = v.pipe(
  v.instance(Int32Array),
  v.transform((array) => Array.from(array)),
);

/** Loads the files into the worker. Takes the worker over: it is terminated when anything fails, and by `close`. */
export const connectTextModel = async (
  files: readonly LoadedTextFile[],
  { worker, timer, callTimeoutMs, signal }: RemoteOptions,
): Promise<RemoteTextModel> => {
  const server: Remote<TextServer> = wrap<TextServer>(worker);
  const waiting = new Set<(error: TextError) => void>();
  let end: TextError | undefined;
  let announce: (error: TextError) => void;
  const gone = new Promise<TextError>((resolve) => {
    announce = resolve;
  });
  const fail = (error: TextError): void => {
    if (end !== undefined) return;
    end = error;
    worker.terminate();
    for (const reject of waiting) reject(error);
    announce(error);
  };
  const crash = (event: Event): void => {
    const reason = event instanceof ErrorEvent && event.message !== "" ? ` (${event.message})` : "";
    fail(new TextError("worker-crashed", `The text worker stopped${reason}. Reload the page.`));
  };
  worker.addEventListener("error", crash);
  worker.addEventListener("messageerror", crash);

  const call = async <T>(schema: v.GenericSchema<unknown, T>, ask: () => Promise<unknown>): Promise<T> => {
    if (end !== undefined) throw end;
    const lost = Promise.withResolvers<never>();
    waiting.add(lost.reject);
    const cancel = timer(callTimeoutMs, () => {
      fail(
        new TextError("deadline", `The text worker has not answered for ${callTimeoutMs / 1000} s. Reload the page.`),
      );
    });
    try {
      return valueOf(schema, await Promise.race([ask(), lost.promise]));
    } finally {
      cancel();
      waiting.delete(lost.reject);
    }
  };

  const onAbort = (): void => fail(signal.reason as TextError);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    const stopTokens = await call(v.array(v.number()), () => server.open(files));
    return {
      stopTokens,
      encodeChat: (messages, options) => call(ids, () => server.encodeChat(messages, options)),
      encode: (text) => call(ids, () => server.encode(text)),
      decode: (tokens) => call(v.string(), () => server.decode(tokens)),
      createStream: () => call(v.number(), () => server.createStream()),
      push: (stream, tokens) => call(v.string(), () => server.push(stream, tokens)),
      finish: (stream) => call(v.string(), () => server.finish(stream)),
      gone,
      close: () => fail(new TextError("closed", "The tokenizer was closed.")),
    };
  } catch (error) {
    fail(error instanceof TextError ? error : new TextError("internal", String(error), { cause: error }));
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
};
