import * as v from "valibot";

/** One connected page, named by the coordinator at `hello`. 16 random bytes as hex. */
export type TabId = string & { readonly __brand: "TabId" };
/** One chat's run of KV caches on its hops; unguessable, so knowing it is the right to name it. 16 random bytes as hex. */
export type SessionId = string & { readonly __brand: "SessionId" };
/** A model and dtype, as its manifest names it, for example `swarm-demo-10m-q4`. */
export type ModelId = string & { readonly __brand: "ModelId" };
/** Chosen by an asker, so that it can match answers to questions. */
export type RequestId = string & { readonly __brand: "RequestId" };

const hex128 = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, "must be 32 lowercase hex digits"));

export const tabIdSchema: v.GenericSchema<unknown, TabId> = v.pipe(
  hex128,
  v.transform((s) => s as TabId),
);
export const sessionIdSchema: v.GenericSchema<unknown, SessionId> = v.pipe(
  hex128,
  v.transform((s) => s as SessionId),
);
export const modelIdSchema: v.GenericSchema<unknown, ModelId> = v.pipe(
  v.string(),
  v.regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,95}$/, "must be 1 to 96 letters, digits, dots, dashes"),
  v.transform((s) => s as ModelId),
);
export const requestIdSchema: v.GenericSchema<unknown, RequestId> = v.pipe(
  v.string(),
  v.regex(/^[a-zA-Z0-9_-]{1,64}$/),
  v.transform((s) => s as RequestId),
);

/** A fresh 128-bit id as 32 hex digits, from the platform's secure generator. */
export function randomId(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}
