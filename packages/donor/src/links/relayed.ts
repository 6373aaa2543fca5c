import * as v from "valibot";

/** What two tabs relay to each other: a signal of simple-peer, and which attempt to connect it belongs to. */
export interface Relayed {
  readonly attempt: string;
  readonly data: string;
}

const relayedSchema: v.GenericSchema<unknown, Relayed> = v.object({
  attempt: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
  data: v.string(),
});

/** Null for anything another tab could not have meant. */
export function parseRelayed(text: string): Relayed | null {
  try {
    const parsed = v.safeParse(relayedSchema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
