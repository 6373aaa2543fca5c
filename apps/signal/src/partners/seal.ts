import { createHmac, timingSafeEqual } from "node:crypto";
import * as v from "valibot";

/** What a sealed text is for: one can't be passed off as the other. */
export type SealPurpose = "ticket" | "consent";

/** A text that says what `content` says and that only this coordinator can have written. Anybody can read it. */
export function seal(key: Buffer, purpose: SealPurpose, content: object): string {
  const body = Buffer.from(JSON.stringify(content)).toString("base64url");
  return `${body}.${proofOf(key, purpose, body)}`;
}

/** The content of a {@link seal}ed text; null when a single byte of it is not ours. */
export function unseal<T>(
  key: Buffer,
  purpose: SealPurpose,
  text: string,
  schema: v.GenericSchema<unknown, T>,
): T | null {
  const dot = text.indexOf(".");
  if (dot === -1) return null;
  const body = text.slice(0, dot);
  // Texts are compared, not what they decode to: the last digit of base64 has bits that mean nothing.
  const given = Buffer.from(text.slice(dot + 1));
  const right = Buffer.from(proofOf(key, purpose, body));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), Buffer.from(body, "base64url").toString());
  return parsed.success ? parsed.output : null;
}

function proofOf(key: Buffer, purpose: SealPurpose, body: string): string {
  return createHmac("sha256", key).update(`${purpose} ${body}`).digest("base64url");
}
