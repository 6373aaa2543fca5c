import { type ReactElement, type ReactNode, useId } from "react";

interface Wiring {
  readonly id: string;
  readonly name: string;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string;
}

/** A field under its name, with its hint and what is wrong in it beside it. */
export function DraftFieldRow(props: {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly fault: string | null;
  readonly children: (wiring: Wiring) => ReactNode;
}): ReactElement {
  const id = useId();
  const { name, label, hint, fault, children } = props;
  return (
    <div className="field">
      <label className="field-name" htmlFor={id}>
        {label}
      </label>
      {children({ id, name, "aria-invalid": fault !== null, "aria-describedby": `${id}-hint ${id}-fault` })}
      <p className="field-hint" id={`${id}-hint`}>
        {hint}
      </p>
      <p className="field-fault" id={`${id}-fault`} role="alert">
        {fault}
      </p>
    </div>
  );
}
