import type { Problem } from "@potluck/donor";
import type { ReactElement, ReactNode } from "react";
import { useProblemWords } from "./use-problem-words.ts";
import "./problem-note.css";

/** What happened and what to do, and the buttons for doing it. */
export function ProblemNote({
  problem,
  children,
}: {
  readonly problem: Problem;
  readonly children?: ReactNode;
}): ReactElement {
  const { what, advice } = useProblemWords()(problem);
  return (
    <div className="problem" role="alert" data-problem={problem.code}>
      <p className="problem-what">{what}</p>
      <p className="problem-advice">{advice}</p>
      {children !== undefined && <div className="problem-actions">{children}</div>}
    </div>
  );
}
