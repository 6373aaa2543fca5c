import type { AnswerStats, AskEvent, AskRequest, Problem } from "@potluck/donor";
import type { EndReason, ModelId } from "@potluck/protocol";

/** What an answer in progress is doing: what its asker last told, or what the page knows by itself. */
export type Stage =
  | { readonly kind: "starting" }
  /** The page was reloaded in the midst of it. */
  | { readonly kind: "resuming" }
  | Exclude<AskEvent, { readonly kind: "text" | "done" }>
  | { readonly kind: "writing" };

export type AnswerState =
  | { readonly kind: "streaming"; readonly stage: Stage }
  /** `stats` is null for an answer that was stopped before it was asked for. */
  | { readonly kind: "done"; readonly end: EndReason | "stopped"; readonly stats: AnswerStats | null }
  | { readonly kind: "failed"; readonly problem: Problem };

export interface Answer {
  readonly text: string;
  /** Its tokens, so that it can be continued; empty for one that came from elsewhere. */
  readonly ids: readonly number[];
  /** Who wrote it; null until that is known. */
  readonly model: { readonly id: ModelId; readonly name: string } | null;
  readonly where: AskRequest["where"];
  /** Null where no seed matters: temperature 0. */
  readonly seed: number | null;
  /** How often it was begun again, by continuing or by asking once more in its place. */
  readonly round: number;
  readonly state: AnswerState;
}

/** The answer after one more event. */
export function afterEvent(answer: Answer, event: AskEvent): Answer {
  switch (event.kind) {
    case "text":
      return {
        ...answer,
        text: answer.text + event.text,
        ids: [...answer.ids, ...idsOf(event)],
        state: { kind: "streaming", stage: { kind: "writing" } },
      };
    case "done":
      return { ...answer, state: { kind: "done", end: event.end, stats: event.stats } };
    case "queued":
      return { ...answer, state: { kind: "streaming", stage: queueStage(event, answer.text !== "") } };
    case "sharing":
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

/** Tokens that an event tells: none for the text that was held back, many where an answer is told again. */
function idsOf(event: Extract<AskEvent, { kind: "text" }>): readonly number[] {
  return event.ids ?? (event.id < 0 ? [] : [event.id]);
}

/** Who waits for layers alone, or for the rest of an answer that has begun, stands in no line that a person could see. */
function queueStage(event: Extract<AskEvent, { kind: "queued" }>, begun: boolean): Stage {
  const { position, reason } = event;
  return reason.kind === "layers-missing" && (begun || position === 1)
    ? { kind: "waiting", missing: reason.missing }
    : event;
}

/** `afterEvent` for an answer that is told again from its beginning: what is kept of it stays until as much has come again. */
export function retelling({ text: kept, ids: keptIds }: Pick<Answer, "text" | "ids">): typeof afterEvent {
  let told = "";
  let ids: readonly number[] = [];
  return (answer, event) => {
    if (event.kind !== "text") return afterEvent(answer, event);
    told += event.text;
    ids = [...ids, ...idsOf(event)];
    const behind = ids.length < keptIds.length || (told.length < kept.length && kept.startsWith(told));
    if (behind) return answer;
    return { ...afterEvent(answer, event), text: told, ids };
  };
}

/** Whether tokens can be put after those that it has: it was cut off, and its tokens are known. */
export function canContinue({ ids, state }: Answer): boolean {
  switch (state.kind) {
    case "streaming":
      return false;
    case "failed":
      return ids.length > 0 && state.problem.code !== "context-full";
    case "done":
      return ids.length > 0 && (state.end === "stopped" || state.end === "length");
    default:
      return state satisfies never;
  }
}
