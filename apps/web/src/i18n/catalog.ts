import type { en } from "./en/index.ts";

/** The same keys with any words: what another language has to bring. */
export type SameKeys<T> = { readonly [K in keyof T]: T[K] extends string ? string : SameKeys<T[K]> };

export type Catalog = SameKeys<typeof en>;
