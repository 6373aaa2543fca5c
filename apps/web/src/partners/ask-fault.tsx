import type { ReactElement } from "react";

/** Says that the server could not be asked, and asks again at a press. */
export function AskFault(props: {
  readonly what?: string;
  readonly why: string;
  readonly retry: string;
  readonly onRetry: () => void;
}): ReactElement {
  const { what, why, retry, onRetry } = props;
  return (
    <div className="ask-fault" role="alert">
      <p>
        {what !== undefined && <strong>{what}</strong>} {why}
      </p>
      <button className="button" type="button" onClick={onRetry}>
        {retry}
      </button>
    </div>
  );
}
