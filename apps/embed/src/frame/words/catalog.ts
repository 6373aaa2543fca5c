import type { en } from "./en.ts";

type SameKeys<T> = { readonly [K in keyof T]: T[K] extends string ? string : SameKeys<T[K]> };

/** The same keys with any words: what another language has to bring. */
export type Catalog = SameKeys<typeof en>;
