/** A path between all tabs. */
export interface Path {
  readonly oneWayMs: number;
  readonly loss: number;
}

/** What was measured over one path. */
export interface DelayRow {
  readonly tabs: number;
  readonly path: Path;
  readonly speculation: boolean;
  /** Rows that were guessed, and how many were right. */
  readonly guesses: { readonly drafted: number; readonly accepted: number };
  /** One answer each; `tokens` and `decodeMs` count from the first token. */
  readonly texts: readonly {
    readonly kind: string;
    readonly tokens: number;
    readonly decodeMs: number;
    readonly firstTokenMs: number;
  }[];
}

/** Tokens/s of all texts, or of some kinds: tokens after the first of each answer over the time that they took. */
export function speedOf({ texts }: Pick<DelayRow, "texts">, kinds?: ReadonlySet<string>): number {
  let tokens = 0;
  let ms = 0;
  for (const text of texts) {
    if (kinds !== undefined && !kinds.has(text.kind)) continue;
    tokens += text.tokens;
    ms += text.decodeMs;
  }
  return (tokens * 1000) / ms;
}

export const label = ({ oneWayMs, loss }: Path): string => `${oneWayMs} ms${loss > 0 ? `, ${loss * 100} % lost` : ""}`;
