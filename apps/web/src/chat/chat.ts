import type { AnswerStats, AskEvent, AskRequest, ChatTurn, LoadProgress, Problem } from "@potluck/donor";
import type { EndReason, LayerRange, WaitReason } from "@potluck/protocol";

/** What an answer in progress is doing. */
export type Stage =
  | { readonly kind: "starting" }
  /** The page was reloaded in the midst of it. */
  | { readonly kind: "resuming" }
  | { readonly kind: "loading"; readonly progress: LoadProgress }
  | { readonly kind: "queued"; readonly position: number; readonly reason: WaitReason }
  | { readonly kind: "connecting"; readonly tabs: number }
  | { readonly kind: "reading"; readonly promptTokens: number }
  /** Tabs were lost and others take over; `done` of `total` positions are computed again. */
  | { readonly kind: "repairing"; readonly lost: readonly LayerRange[]; readonly done: number; readonly total: number }
  /** Nobody has these layers now; also a wait in the queue for them, unless it is a new answer's behind others. */
  | { readonly kind: "waiting"; readonly missing: readonly LayerRange[] }
  | { readonly kind: "writing" };

export type AnswerState =
  | { readonly kind: "streaming"; readonly stage: Stage }
  /** `stats` is null for an answer that was stopped before it was asked for. */
  | { readonly kind: "done"; readonly end: EndReason | "stopped"; readonly stats: AnswerStats | null }
  | { readonly kind: "failed"; readonly problem: Problem };

export interface Answer {
  readonly text: string;
  readonly where: AskRequest["where"];
  /** Null where no seed matters: temperature 0. */
  readonly seed: number | null;
  readonly state: AnswerState;
}

/** A question and its answer. */
export interface Exchange {
  readonly id: number;
  /** Names what was asked, so that the asker's unfinished answer is known again after a reload. Another one at every retry. */
  readonly key: string;
  readonly question: string;
  readonly answer: Answer;
}

/** The answer after one more event. */
export function afterEvent(answer: Answer, event: AskEvent): Answer {
  switch (event.kind) {
    case "text":
      return { ...answer, text: answer.text + event.text, state: { kind: "streaming", stage: { kind: "writing" } } };
    case "done":
      return { ...answer, state: { kind: "done", end: event.end, stats: event.stats } };
    case "queued":
      return { ...answer, state: { kind: "streaming", stage: queueStage(event, answer.text !== "") } };
    case "loading":
    case "connecting":
    case "reading":
    case "repairing":
    case "waiting":
      return { ...answer, state: { kind: "streaming", stage: event } };
    default:
      return event satisfies never;
  }
}

/** Who waits for layers alone, or for the rest of an answer that has begun, stands in no line that a person could see. */
function queueStage(event: Extract<AskEvent, { kind: "queued" }>, begun: boolean): Stage {
  const { position, reason } = event;
  return reason.kind === "layers-missing" && (begun || position === 1)
    ? { kind: "waiting", missing: reason.missing }
    : event;
}

/** `afterEvent` for an answer that is told again from its beginning: what is kept of it stays until as much has come again. */
export function retelling(kept: string): typeof afterEvent {
  let told = "";
  return (answer, event) => {
    if (event.kind !== "text") return afterEvent(answer, event);
    told += event.text;
    if (told.length < kept.length && kept.startsWith(told)) return answer;
    return { ...afterEvent(answer, event), text: told };
  };
}

/** The whole chat up to `question`, as the model shall see it. A question that got no text is left out with its answer. */
export function turnsFor(before: readonly Exchange[], question: string): ChatTurn[] {
  const answered = before.filter((exchange) => exchange.answer.text !== "");
  return [
    ...answered.flatMap((exchange): ChatTurn[] => [
      { role: "user", content: exchange.question },
      { role: "assistant", content: exchange.answer.text },
    ]),
    { role: "user", content: question },
  ];
}

/** The answer in progress, or null. Only the last one can be. */
export function running(exchanges: readonly Exchange[]): Exchange | null {
  const last = exchanges.at(-1);
  return last?.answer.state.kind === "streaming" ? last : null;
}

/** The last question, if it did not fit into what the model or its donors can hold, or null. */
export function questionTooLong({ exchanges }: { readonly exchanges: readonly Exchange[] }): string | null {
  const last = exchanges.at(-1);
  if (last?.answer.state.kind !== "failed" || last.answer.text !== "") return null;
  return last.answer.state.problem.code === "context-full" ? last.question : null;
}
