import { table } from "../table.ts";

export interface PeerRow {
  readonly name: string;
  readonly tabs: number;
  /** Null for a peer. */
  readonly speculation: boolean | null;
  readonly tokensPerSecond: number;
  readonly firstTokenMs: number;
}

export interface PeerFacts {
  readonly backend: string;
  readonly dtype: string;
  readonly threads: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly repeats: number;
}

/** The first row is the peer that the others are compared with. */
export function renderPeers(rows: readonly PeerRow[], facts: PeerFacts): string {
  const [peer] = rows;
  if (peer === undefined) return "nothing was measured";
  const ratio = (value: number): string => `${value.toFixed(2)} ×`;
  const figures = table([
    [facts.backend, "tabs", "speed ÷ the peer's", "tokens/s", "first token ÷ the peer's", "first token"],
    ...rows.map((row) => [
      row.speculation === null ? row.name : `${row.name}, ${row.speculation ? "speculative" : "plain"}`,
      String(row.tabs),
      ratio(row.tokensPerSecond / peer.tokensPerSecond),
      row.tokensPerSecond.toFixed(1),
      ratio(row.firstTokenMs / peer.firstTokenMs),
      `${row.firstTokenMs.toFixed(0)} ms`,
    ]),
  ]);
  const how =
    facts.backend === "wasm" ? `, ${facts.threads} WebAssembly thread${facts.threads === 1 ? "" : "s"} a tab` : "";
  return `${figures}

The same model and weights (${facts.dtype}) on both sides, greedy, ${facts.promptTokens}-token prompt, ${facts.answerTokens}-token answer${how}; all in one browser, in turns, medians of ${facts.repeats}.`;
}
