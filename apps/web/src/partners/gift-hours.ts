import type { SiteGifts } from "@potluck/protocol";

/** Hours to one place after the point. */
export function giftHours({ seconds }: Pick<SiteGifts, "seconds">): number {
  return Math.round(seconds / 360) / 10;
}
