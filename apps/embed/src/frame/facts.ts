import { type FrameFacts, frameFactsSchema, refuse } from "@potluck/protocol";
import * as v from "valibot";

/** Why nobody is asked here, whatever the coordinator said. */
export interface Blocked {
  readonly status: "refused";
  readonly reason: "blocked";
  readonly message: string;
}

/**
 * EB10: in a `credentialless` frame storage is new for every page, so each no would be forgotten at once; null in any other.
 */
export function whyBlocked(window: { readonly credentialless?: unknown }): Blocked | null {
  if (window.credentialless !== true) return null;
  return { status: "refused", reason: "blocked", message: "A credentialless frame can't remember a visitor's answer." };
}

/** Reads what the coordinator put into the page. What can't be read is a refusal like any other. */
export function readFacts(json: string | null | undefined): FrameFacts {
  try {
    const parsed = v.safeParse(frameFactsSchema, JSON.parse(json ?? ""));
    if (parsed.success) return parsed.output;
  } catch {
    // Said below.
  }
  return refuse("malformed", "The frame's page carries no facts about its site.");
}
