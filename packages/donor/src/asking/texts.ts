import type { ModelId } from "@potluck/protocol";
import type { ChatTurn } from "./asker.ts";

/** One answer's ids on their way to text. */
export interface TextStream {
  /** Text that is certain now; may be empty. */
  push(id: number): Promise<string>;
  /** What was held back. */
  finish(): Promise<string>;
}

export interface TabText {
  encodeChat(messages: readonly ChatTurn[]): Promise<readonly number[]>;
  readonly stopTokens: readonly number[];
  readonly maxPositions: number;
  readonly layerCount: number;
  readonly vocabSize: number;
  readonly frameDtype: "f32" | "f16";
  stream(): Promise<TextStream>;
}

/** How this tab gets a model's tokenizer and facts; loaded once a model. */
export interface Texts {
  open(modelId: ModelId, signal: AbortSignal): Promise<TabText>;
}
