import type { Holder } from "./find-route.ts";

/** Which of two tabs of one range is the hop, whatever it costs: the lower one (SW21, SW33). */
export function holderRank({ isSlow, isGuest }: Pick<Holder, "isSlow" | "isGuest">): number {
  return Number(isSlow) * 2 + Number(isGuest);
}
