/** Every sentence that tells a person what went wrong, in one place. */
import type { EngineError } from "@potluck/engine";
import type { AnswerFailed } from "@potluck/pipeline";
import type { Refusal } from "@potluck/protocol";
import type { Problem, ProblemCode } from "./problem.ts";

const problem = (code: ProblemCode, what: string, advice: string): Problem => ({ code, what, advice });

/** A refusal's words, parted where they bring their own advice as the last sentence. */
function sentences(message: string): { readonly what: string; readonly advice: string | null } {
  const end = message.lastIndexOf(". ");
  return end < 0
    ? { what: message, advice: null }
    : { what: message.slice(0, end + 1), advice: message.slice(end + 2) };
}

export const problems: {
  serverGone(): Problem;
  internal(detail: string): Problem;
  refused(refusal: Refusal): Problem;
  queueTimeout(): Problem;
  linkFailed(): Problem;
  contextFull(promptTokens: number, maxPositions: number): Problem;
  weightsUnreachable(detail: string): Problem;
  notKept(error: EngineError): Problem;
  engine(error: EngineError): Problem;
  answer(error: AnswerFailed): Problem;
} = {
  serverGone: () =>
    problem(
      "server-gone",
      "Potluck's server can't be reached.",
      "It is tried again by itself; check your connection if this stays. A model in this tab works without it.",
    ),
  internal: (detail) =>
    problem(
      "internal",
      `Something went wrong in Potluck itself (${detail}).`,
      "Reload the page; if it comes back, please report it.",
    ),
  refused: ({ reason, message }) => {
    switch (reason) {
      case "version-mismatch":
        return problem("version-mismatch", message, "Reload the page.");
      case "budget-too-small":
        return problem("budget-too-small", message, "Raise the memory budget and start again.");
      case "held-beside":
        return problem("held-beside", message, "It takes over by itself when one of them closes.");
      case "unknown-model":
        return problem(
          "refused",
          message,
          "Use a device that can run it, or ask whoever runs this server for another model.",
        );
      case "context-too-long":
        // A shorter answer was tried already (DN12).
        return problem("context-full", sentences(message).what, "Start a new chat, or shorten the message.");
      case "rate-limited":
      case "queue-full": {
        const { what, advice } = sentences(message);
        return problem("refused", what, advice ?? "Try again in a moment.");
      }
      case "malformed":
      case "too-large":
      case "unknown-session":
      case "not-admitted":
      case "no-shared-route":
      case "shutting-down":
        return problem("refused", message, "Try again in a moment.");
      default:
        return reason satisfies never;
    }
  },
  queueTimeout: () =>
    problem(
      "queue-timeout",
      "Nobody was free to answer for ten minutes.",
      "Try again later, or run the model in this tab.",
    ),
  linkFailed: () =>
    problem(
      "link-failed",
      "This tab could not connect to a tab that would compute the answer.",
      "Try again; if it stays, your network may block WebRTC: run the model in this tab instead.",
    ),
  contextFull: (promptTokens, maxPositions) =>
    problem(
      "context-full",
      `With this message the chat is ${promptTokens} tokens long; the model reads at most ${maxPositions}.`,
      "Start a new chat, or shorten the message.",
    ),
  weightsUnreachable: (detail) =>
    problem(
      "weights-unreachable",
      "The model's files could not be loaded.",
      `What came is kept: start again to go on from there. ${detail}`,
    ),
  // The store's sentence says why, and what to do about it.
  notKept: (error) =>
    problem(
      "storage-full",
      "These layers work, but this browser could not keep them: the next visit will load them again.",
      error.message,
    ),
  engine: (error) => {
    switch (error.fault) {
      case "no-webgpu":
        return problem(
          "no-webgpu",
          error.message,
          "Turn on hardware acceleration or use a current Chrome, Edge or Safari; or let the CPU work (slower).",
        );
      case "no-f16":
        return problem("no-f16", error.message, "Choose a model without f16, such as one whose name ends in q4.");
      case "device-lost":
        return problem(
          "device-lost",
          "The graphics device was lost: its driver restarted, or it was unplugged.",
          "Start again; if it comes back, lower the memory budget.",
        );
      case "out-of-memory":
        return problem(
          "out-of-memory",
          "This device ran out of memory.",
          "Lower the memory budget, or close other tabs, and start again.",
        );
      case "storage-full":
        return problems.notKept(error);
      case "weights-unreachable":
        return problems.weightsUnreachable(error.message);
      case "known-answer":
      case "not-a-number":
        return problem(
          "known-answer",
          "This device computed a known answer wrongly, so it does not serve others.",
          "Update the graphics driver or the browser, or use ?backend=wasm.",
        );
      case "weights":
        return problem(
          "weights-corrupt",
          "A file of this model is not what it should be, so it is not run.",
          `Start again later, which loads only what is still missing; if it stays, tell whoever runs this server: ${error.message}`,
        );
      case "worker-crashed":
        return problem(
          "device-lost",
          "The part of the page that runs the model crashed.",
          "Start again; if it comes back, lower the memory budget.",
        );
      case "unknown-session":
      case "position":
      case "context-full":
      case "closed":
      case "internal":
        return problem(
          "internal",
          `The model could not run (${error.message}).`,
          "Reload the page; if it comes back, please report it.",
        );
      default:
        return error.fault satisfies never;
    }
  },
  answer: ({ reason }) => {
    switch (reason) {
      case "link-lost":
        return problems.linkFailed();
      case "hop-left":
        return problem(
          "donors-gone",
          "A tab that computed this answer has left.",
          "Try again: it starts anew once other tabs hold these layers; or run the model in this tab.",
        );
      case "step-deadline":
        return problem(
          "hop-failed",
          "A tab that computed this answer has gone silent.",
          "Try again: the answer starts anew.",
        );
      case "context-full":
        return problem(
          "context-full",
          "The chat has grown past what was reserved for it.",
          "Start a new chat, or ask for a shorter answer.",
        );
      case "kv-missing":
      case "lease-expired":
        return problem("hop-failed", "The tabs that helped have forgotten this chat.", "Try again: it is read anew.");
      case "device-lost":
      case "out-of-memory":
      case "not-a-number":
      case "engine-error":
      case "bad-frame":
        return problem(
          "hop-failed",
          "A tab that computed this answer could not go on.",
          "Try again: the answer starts anew through other tabs.",
        );
      default:
        return reason satisfies never;
    }
  },
};
