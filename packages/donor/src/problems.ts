/** Every sentence that tells a person what went wrong, in one place. */
import type { EngineError } from "@potluck/engine";
import type { AnswerFailed } from "@potluck/pipeline";
import type { Refusal } from "@potluck/protocol";
import type { Problem, ProblemCode } from "./problem.ts";

/** `id` names the sentences in the page's catalog (packages/words/src/problems/en.ts), whose test holds that they are the same. */
const problem = (
  code: ProblemCode,
  id: string,
  what: string,
  advice: string,
  values?: Readonly<Record<string, string | number>>,
): Problem => ({ code, what, advice, id, ...(values === undefined ? {} : { values }) });

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
  heldByWindow(): Problem;
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
      "serverGone",
      "Potluck's server can't be reached.",
      "It is tried again by itself; check your connection if this stays. A model in this tab works without it.",
    ),
  internal: (detail) =>
    problem(
      "internal",
      "internal",
      `Something went wrong in Potluck itself (${detail}).`,
      "Reload the page; if it comes back, please report it.",
      { detail },
    ),
  refused: ({ reason, message }) => {
    switch (reason) {
      case "version-mismatch":
        return problem("version-mismatch", "versionMismatch", message, "Reload the page.");
      case "budget-too-small":
        return problem("budget-too-small", "budgetTooSmall", message, "Raise the memory budget and start again.");
      case "held-beside":
        return problem("held-beside", "heldBeside", message, "It takes over by itself when one of them closes.");
      case "unknown-model":
        return problem(
          "refused",
          "unknownModel",
          message,
          "Use a device that can run it, or ask whoever runs this server for another model.",
        );
      case "context-too-long":
        // A shorter answer was tried already (DN12).
        return problem(
          "context-full",
          "contextTooLong",
          sentences(message).what,
          "Start a new chat, or shorten the message.",
        );
      case "rate-limited":
      case "queue-full": {
        const { what, advice } = sentences(message);
        return problem(
          "refused",
          reason === "queue-full" ? "queueFull" : "rateLimited",
          what,
          advice ?? "Try again in a moment.",
        );
      }
      case "malformed":
      case "too-large":
      case "unknown-session":
      case "not-admitted":
      case "no-shared-route":
      case "shutting-down":
        return problem("refused", "refused", message, "Try again in a moment.");
      case "site-unknown":
      case "site-revoked":
      case "site-full":
      case "origin-unknown":
      case "ticket-used":
      case "ticket-expired":
      case "consent-invalid":
      case "consent-expired":
      case "consent-withdrawn":
      case "consent-elsewhere": {
        const { what, advice } = sentences(message);
        return problem("consent", "consent", what, advice ?? "Donate in a tab of its own.", { reason });
      }
      default:
        return reason satisfies never;
    }
  },
  queueTimeout: () =>
    problem(
      "queue-timeout",
      "queueTimeout",
      "Nobody was free to answer for ten minutes.",
      "Try again later, or run the model in this tab.",
    ),
  heldByWindow: () =>
    problem(
      "queue-timeout",
      "heldByWindow",
      "Another window of this browser has kept this model for ten minutes.",
      "Stop its answer or close that window, then try again.",
    ),
  linkFailed: () =>
    problem(
      "link-failed",
      "linkFailed",
      "This tab could not connect to a tab that would compute the answer.",
      "Try again; if it stays, your network may block WebRTC: run the model in this tab instead.",
    ),
  contextFull: (promptTokens, maxPositions) =>
    problem(
      "context-full",
      "contextFull",
      `With this message the chat is ${promptTokens} tokens long; the model reads at most ${maxPositions}.`,
      "Start a new chat, or shorten the message.",
      { promptTokens, maxPositions },
    ),
  weightsUnreachable: (detail) =>
    problem(
      "weights-unreachable",
      "weightsUnreachable",
      "The model's files could not be loaded.",
      `What came is kept: start again to go on from there. ${detail}`,
      { detail },
    ),
  // The store's sentence says why, and what to do about it.
  notKept: (error) =>
    problem(
      "storage-full",
      "notKept",
      "These layers work, but this browser could not keep them: the next visit will load them again.",
      error.message,
      { detail: error.message },
    ),
  engine: (error) => {
    switch (error.fault) {
      case "no-webgpu":
        return problem(
          "no-webgpu",
          "noWebgpu",
          error.message,
          "Turn on hardware acceleration or use a current Chrome, Edge or Safari; or let the CPU work (slower).",
          { detail: error.message },
        );
      case "no-f16":
        return problem(
          "no-f16",
          "noF16",
          error.message,
          "Choose a model without f16, such as one whose name ends in q4.",
          {
            detail: error.message,
          },
        );
      case "device-lost":
        return problem(
          "device-lost",
          "deviceLost",
          "The graphics device was lost: its driver restarted, or it was unplugged.",
          "Start again; if it comes back, lower the memory budget.",
        );
      case "out-of-memory":
        return problem(
          "out-of-memory",
          "outOfMemory",
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
          "knownAnswer",
          "This device computed a known answer wrongly, so it does not serve others.",
          "Update the graphics driver or the browser, or use ?backend=wasm.",
        );
      case "weights":
        return problem(
          "weights-corrupt",
          "weightsCorrupt",
          "A file of this model is not what it should be, so it is not run.",
          `Start again later, which loads only what is still missing; if it stays, tell whoever runs this server: ${error.message}`,
          { detail: error.message },
        );
      case "worker-crashed":
        return problem(
          "device-lost",
          "workerCrashed",
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
          "modelFault",
          `The model could not run (${error.message}).`,
          "Reload the page; if it comes back, please report it.",
          { detail: error.message },
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
          "hopLeft",
          "A tab that computed this answer has left.",
          "Try again: it starts anew once other tabs hold these layers; or run the model in this tab.",
        );
      case "step-deadline":
        return problem(
          "hop-failed",
          "hopSilent",
          "A tab that computed this answer has gone silent.",
          "Try again: the answer starts anew.",
        );
      case "context-full":
        return problem(
          "context-full",
          "contextGrown",
          "The chat has grown past what was reserved for it.",
          "Start a new chat, or ask for a shorter answer.",
        );
      case "kv-missing":
      case "lease-expired":
        return problem(
          "hop-failed",
          "chatForgotten",
          "The tabs that helped have forgotten this chat.",
          "Try again: it is read anew.",
        );
      case "device-lost":
      case "out-of-memory":
      case "not-a-number":
      case "engine-error":
      case "bad-frame":
        return problem(
          "hop-failed",
          "hopFailed",
          "A tab that computed this answer could not go on.",
          "Try again: the answer starts anew through other tabs.",
        );
      default:
        return reason satisfies never;
    }
  },
};
