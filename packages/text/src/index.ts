/** Text to tokens and back, with a model's own files. Runs in browsers and in Node; no I/O. */
export { type TextFault, textFaults, TextError } from "./text-error.ts";
export { type ChatMessage, chatRoles, type EncodeChatOptions } from "./chat/message.ts";
export type { Detokenizer } from "./detokenize/detokenizer.ts";
export { createTextModel, type TextFiles, type TextModel } from "./text-model.ts";
