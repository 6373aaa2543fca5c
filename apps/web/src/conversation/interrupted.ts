import type { Answer } from "./answer.ts";
import type { Conversation, Exchange } from "./conversation.ts";
import { cutOff } from "./kept-chat.ts";

/** Answers that were in progress when the chat was written down. */
export const interrupted = ({ exchanges }: Conversation): Exchange[] =>
  exchanges.filter((each) => each.answer.state.kind === "streaming");

/** Such an answer, where nobody goes on with it. */
export const cutShort = (answer: Answer): Answer => ({ ...answer, state: { kind: "failed", problem: cutOff } });
