/** What a soak keeps, and what follows from it. */
import type { RepairRecord } from "@potluck/pipeline";

export const faultKinds = ["polite close", "kill -9", "frozen tab", "worker crash", "lost device"] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultEntry {
  readonly kind: FaultKind;
  /** ms since 1970. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** It was a hop of the answer in progress, and not one that stands by or does nothing. */
  readonly hop: boolean;
  /** Which answer was in progress; -1 for none. */
  readonly answer: number;
  /** Ms until the coordinator counted it no more; null while it does. */
  ghostMs: number | null;
}

export interface AnswerEntry {
  readonly promptTokens: number;
  /** 0 for an answer that failed. */
  readonly tokens: number;
  readonly durationMs: number;
  /** Why it failed; null when it ended as it should. */
  readonly problem: string | null;
  readonly identical: boolean;
  readonly repairs: readonly RepairRecord[];
  /** When the page said that it repairs or waits, and when the next token came; ms since 1970. */
  readonly breaks: readonly { readonly noticedAt: number; readonly wentOnAt: number | null }[];
}

export interface Diary {
  readonly faults: FaultEntry[];
  readonly answers: AnswerEntry[];
}

/** A fault on a hop in mid-answer, with what the answer made of it. */
export interface Loss {
  readonly kind: FaultKind;
  /** From the fault itself until the page knew, in ms. */
  readonly noticedMs: number;
  /** From then until the next token, in ms. */
  readonly resumeMs: number;
  readonly recomputed: number;
  readonly waitedMs: number;
}

/** Faults that an answer had to be repaired for. One that came behind a hop's last token is none. */
export function losses({ faults, answers }: Diary): readonly Loss[] {
  return answers.flatMap(({ repairs, breaks }, index) => {
    const left = [...repairs];
    return faults
      .filter(({ hop, answer }) => hop && answer === index)
      .flatMap(({ kind, at, from, to }): Loss[] => {
        const of = left.findIndex(({ lost }) => lost.some(({ range }) => range.from === from && range.to === to));
        const [repair] = of === -1 ? [] : left.splice(of, 1);
        const found = breaks.find(({ noticedAt }) => noticedAt >= at);
        if (repair === undefined || found === undefined) return [];
        const { resumeMs, recomputed, waitedMs } = repair;
        return [{ kind, noticedMs: found.noticedAt - at, resumeMs, recomputed, waitedMs }];
      });
  });
}
