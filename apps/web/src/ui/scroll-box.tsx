import type { ReactElement, ReactNode } from "react";
import "./scroll-box.css";

/** Scrolls what is wider or higher than its place, by keyboard too. Named by `name`, or by the element with the id `namedBy`. */
export function ScrollBox(props: {
  readonly name?: string;
  readonly namedBy?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- only what has the focus can be scrolled by keys (WCAG 2.1.1)
    <figure className="scroll-box" tabIndex={0} aria-label={props.name} aria-labelledby={props.namedBy}>
      {props.children}
    </figure>
  );
}
