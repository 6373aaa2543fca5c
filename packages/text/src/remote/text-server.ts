import type { ChatMessage, EncodeChatOptions } from "../chat/message.ts";
import type { Detokenizer } from "../detokenize/detokenizer.ts";
import { TextError } from "../text-error.ts";
import { createTextModel, type TextModel } from "../text-model.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { readTextFiles } from "./read-text-files.ts";
import type { Digest, LoadedTextFile } from "./text-file.ts";

/** What the worker does for its page. Calls before `open` fail with `closed`. */
export interface TextServer {
  open(files: readonly LoadedTextFile[]): Promise<Outcome<readonly number[]>>;
  encodeChat(messages: readonly ChatMessage[], options: EncodeChatOptions): Promise<Outcome<Int32Array>>;
  encode(text: string): Promise<Outcome<Int32Array>>;
  decode(ids: readonly number[]): Promise<Outcome<string>>;
  createStream(): Promise<Outcome<number>>;
  push(stream: number, ids: readonly number[]): Promise<Outcome<string>>;
  finish(stream: number): Promise<Outcome<string>>;
}

/** Far above what one tab has open; more means that somebody forgets to finish them. */
export const largestStreamCount = 256;

export const createTextServer = (digest: Digest): TextServer => {
  let opened: TextModel | undefined;
  let nextStream = 1;
  const streams = new Map<number, Detokenizer>();
  const model = (): TextModel => {
    if (opened === undefined) throw new TextError("closed", "No tokenizer is loaded. Reload the page.");
    return opened;
  };
  const streamOf = (stream: number): Detokenizer => {
    const found = streams.get(stream);
    if (found === undefined) throw new TextError("unknown-stream", "This answer's text is finished already.");
    return found;
  };
  return {
    open: (files) =>
      outcomeOf(async () => {
        opened = createTextModel(await readTextFiles(files, digest));
        return opened.stopTokens;
      }),
    encodeChat: (messages, options) => outcomeOf(() => Int32Array.from(model().encodeChat(messages, options))),
    encode: (text) => outcomeOf(() => Int32Array.from(model().encode(text))),
    decode: (ids) => outcomeOf(() => model().decode(ids)),
    createStream: () =>
      outcomeOf(() => {
        if (streams.size >= largestStreamCount) {
          throw new TextError("too-many-streams", "Too many answers at once. Wait until one is finished.");
        }
        const stream = nextStream++;
        streams.set(stream, model().createDetokenizer());
        return stream;
      }),
    push: (stream, ids) =>
      outcomeOf(() => {
        const detokenizer = streamOf(stream);
        return ids.map((id) => detokenizer.push(id)).join("");
      }),
    finish: (stream) =>
      outcomeOf(() => {
        const detokenizer = streamOf(stream);
        streams.delete(stream);
        return detokenizer.finish();
      }),
  };
};
