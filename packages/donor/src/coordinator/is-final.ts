import type { Problem } from "../problem.ts";

/** Whether a tab that was refused so has no use asking again: only another page, or another consent, helps (DN46). */
export function isFinal({ code }: Problem): boolean {
  return code === "version-mismatch" || code === "consent";
}
