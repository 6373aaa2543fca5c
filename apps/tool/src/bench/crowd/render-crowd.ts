import { table } from "../table.ts";
import { type CrowdProfile, renderProfile } from "./render-profile.ts";

export interface CrowdRow {
  readonly tabs: number;
  readonly chats: number;
  /** All chats together; NaN where they never all answered at once. */
  readonly tokensPerSecond: number;
  readonly profile: CrowdProfile | null;
}

export interface CrowdFacts {
  readonly answerTokens: number;
  readonly repeats: number;
  readonly cores: number;
}

export function renderCrowd(rows: readonly CrowdRow[], facts: CrowdFacts): string {
  const figures = table([
    ["stages", "chats", "all chats ÷ one chat", "÷ stages", "tokens/s"],
    ...rows.map(({ tabs, chats, tokensPerSecond }) => {
      const one = rows.find((row) => row.tabs === tabs && row.chats === 1)?.tokensPerSecond ?? Number.NaN;
      const gain = tokensPerSecond / one;
      if (Number.isNaN(gain)) return [String(tabs), String(chats), "–", "", "–"];
      const isAim = chats >= tabs;
      const share = isAim ? (gain / tabs).toFixed(2) : "";
      return [String(tabs), String(chats), `${gain.toFixed(2)} ×`, share, tokensPerSecond.toFixed(1)];
    }),
  ]);
  return `${figures}

Aim: as many chats as stages run at ≥ 0.9 × stages × one chat's speed. Here ${facts.cores} cores carry all stages and all askers, so no more than ${facts.cores} stages can compute at once. Plain decoding, ${facts.answerTokens}-token answers, one page an asker; counted while all chats answer (– where they never all did); medians of ${facts.repeats}.

${renderProfile(rows, facts.cores)}`;
}
