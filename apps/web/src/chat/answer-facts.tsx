import type { ReactElement } from "react";
import { count, formatDuration } from "../ui/format.ts";
import { RouteStrip } from "../ui/route-strip.tsx";
import type { Answer, AnswerState } from "../conversation/answer.ts";
import { describeRepairs } from "./describe-repairs.ts";

/** How the answer came to be: through how many tabs, how fast, and why it ended if not by itself. */
export function AnswerFacts(props: {
  readonly state: Extract<AnswerState, { kind: "done" }>;
  readonly answer: Answer;
}): ReactElement {
  const { state, answer } = props;
  const { stats, end } = state;
  const note = endNote(end);
  const repairs = stats === null ? null : describeRepairs(stats.repairs);
  return (
    <>
      {note !== null && <p className="message-note">{note}</p>}
      {stats !== null && stats.answerTokens > 0 && (
        <p className="message-facts" data-part="facts">
          <RouteStrip hops={stats.hops} />
          <span>{answer.where === "this-tab" ? "this tab only" : `through ${count(stats.tabs, "tab")}`}</span>
          {/* The times of an answer that was carried on are of its rest alone, and would pass for those of the whole. */}
          {stats.knownTokens === 0 && (
            <>
              {stats.tokensPerSecond !== null && <span>{stats.tokensPerSecond.toFixed(1)} tokens/s</span>}
              <span>first token after {formatDuration(stats.firstTokenMs)}</span>
            </>
          )}
          {repairs !== null && <span data-part="repairs">{repairs}</span>}
          {answer.seed !== null && <span>seed {answer.seed}</span>}
        </p>
      )}
    </>
  );
}

function endNote(end: Extract<AnswerState, { kind: "done" }>["end"]): string | null {
  switch (end) {
    case "stop-token":
      return null;
    case "stopped":
      return "Stopped.";
    case "length":
      return "Cut off at the longest allowed answer; raise “Max tokens” for more.";
    case "context-full":
      return "The chat has filled the model's memory. Start a new chat to go on.";
    default:
      return end satisfies never;
  }
}
