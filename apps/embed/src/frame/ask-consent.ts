import { type Consent, consentAnswerSchema } from "@potluck/protocol";
import * as v from "valibot";
import type { Trouble } from "./life.ts";

const answerMs = 10_000;

export type Fetch = (path: string, init: RequestInit) => Promise<Response>;
const post = (body: object): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** Tells the coordinator that the visitor of this page agrees. Never rejects; answers within 10 s. */
export async function askConsent(
  fetch: Fetch,
  ticket: string,
  origin: string,
  deadline: (ms: number) => AbortSignal = (ms) => AbortSignal.timeout(ms),
): Promise<Consent | Trouble> {
  try {
    const response = await fetch("/api/embed/consent", { ...post({ ticket, origin }), signal: deadline(answerMs) });
    // Refusals come as JSON too, whatever their status.
    const parsed = v.safeParse(consentAnswerSchema, await response.json());
    if (!parsed.success) return { kind: "unreachable" };
    return parsed.output.status === "granted" ? parsed.output : { kind: "refusal", reason: parsed.output.reason };
  } catch {
    return { kind: "unreachable" };
  }
}

/** The token admits nobody any more. Sent even while the page goes away; nobody waits for it. */
export function withdrawConsent(fetch: Fetch, token: string): void {
  // Unheard, the consent runs out by itself, and this browser has forgotten it.
  fetch("/api/embed/withdraw", { ...post({ token }), keepalive: true }).catch(() => undefined);
}
