import * as v from "valibot";

/** What two tabs relay to each other. */
export type Relayed =
  /** A signal of the transport, and which attempt to connect it belongs to. */
  | { readonly kind: "signal"; readonly attempt: string; readonly data: string }
  /**
   * From the side that does not offer: connect. `seen` is the last attempt of the other side that it knows, null for none;
   * `again` says that it has asked before and nothing came.
   */
  | { readonly kind: "ask"; readonly seen: string | null; readonly again: boolean };

const attemptSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/));
const relayedSchema: v.GenericSchema<unknown, Relayed> = v.variant("kind", [
  v.object({ kind: v.literal("signal"), attempt: attemptSchema, data: v.string() }),
  v.object({ kind: v.literal("ask"), seen: v.nullable(attemptSchema), again: v.boolean() }),
]);

/** Null for anything another tab could not have meant. */
export function parseRelayed(text: string): Relayed | null {
  try {
    const parsed = v.safeParse(relayedSchema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
