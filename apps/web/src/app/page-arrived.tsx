import { useEffect } from "react";
import type { Part } from "./parts.ts";

/** Stands behind a page and tells, once, that its code has come and that it shows. */
export function PageArrived({
  part,
  onArrive,
}: {
  readonly part: Part;
  readonly onArrive: (part: Part) => void;
}): null {
  useEffect(() => onArrive(part), [part, onArrive]);
  return null;
}
