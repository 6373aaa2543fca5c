import { type FrameFacts, frameFactsSchema, refuse } from "@potluck/protocol";
import * as v from "valibot";

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
