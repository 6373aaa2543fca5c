import type { Problem } from "@potluck/donor";
import type { ReactElement, ReactNode } from "react";
import "./problem-note.css";

/** What happened and what to do, and the buttons for doing it. */
export function ProblemNote({
  problem,
  children,
}: {
  readonly problem: Problem;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <div className="problem" role="alert" data-problem={problem.code}>
      <p className="problem-what">{problem.what}</p>
      <p className="problem-advice">{problem.advice}</p>
      {children !== undefined && <div className="problem-actions">{children}</div>}
    </div>
  );
}
