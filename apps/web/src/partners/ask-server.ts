import * as v from "valibot";
import type { Server } from "../app/page.ts";

/** Long enough for a slow phone; then the person is told. */
const deadlineMs = 15_000;

/** Why the server did not do what it was asked. */
export type ServerFault =
  /** No answer, or none in time. */
  | { readonly kind: "gone" }
  /** An answer that this page does not understand, as after an update or an error of the server's. */
  | { readonly kind: "odd" }
  /** The token is not the one. */
  | { readonly kind: "token" }
  /** Too many wrong tokens from this address. */
  | { readonly kind: "too-often" }
  /** Refused in words of the server's; `field` names what is wrong, null where it is none or the server does not say. */
  | { readonly kind: "field"; readonly field: string | null; readonly message: string };

export type Asked<T> = { readonly kind: "here"; readonly value: T } | ServerFault;

const wrongSchema = v.object({ field: v.optional(v.nullable(v.string())), message: v.string() });

/** Asks our own server for JSON. Never rejects; null once `left` is aborted, since nobody waits any more. */
export async function askServer<T>(
  server: Server,
  path: string,
  schema: v.GenericSchema<unknown, T>,
  left: AbortSignal,
  init: RequestInit = {},
  deadline: () => AbortSignal = () => AbortSignal.timeout(deadlineMs),
): Promise<Asked<T> | null> {
  const signal = AbortSignal.any([left, deadline()]);
  try {
    const response = await server(path, { ...init, signal, cache: "no-store" });
    if (response.status === 401) return { kind: "token" };
    if (response.status === 429) return { kind: "too-often" };
    const body: unknown = await response.json().catch((error: unknown) => {
      // The stream that broke is the network's fault, text that is no JSON the server's.
      if (error instanceof SyntaxError) return null;
      throw error;
    });
    if (left.aborted) return null;
    if (response.ok && v.is(schema, body)) return { kind: "here", value: v.parse(schema, body) };
    if (!response.ok && v.is(wrongSchema, body))
      return { kind: "field", field: body.field ?? null, message: body.message };
    return { kind: "odd" };
  } catch {
    return left.aborted ? null : { kind: "gone" };
  }
}
